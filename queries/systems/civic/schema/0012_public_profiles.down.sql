DROP VIEW public_profiles;
