DROP FUNCTION search_all(uuid, text);
DROP TRIGGER email_messages_search_update ON email_messages;
DROP TRIGGER notes_search_update ON notes;
DROP TRIGGER leads_search_update ON leads;
DROP FUNCTION email_messages_search_vector_update();
DROP FUNCTION notes_search_vector_update();
DROP FUNCTION leads_search_vector_update();
DROP FUNCTION address_words(text);
