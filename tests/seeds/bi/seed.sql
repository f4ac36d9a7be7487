-- The optimized BI document's own SQL in working order, as a fixture: every file in defects/ has to fail on it.
-- Run it with search_path set to an empty schema. Added are the things it presupposes: the stand-in for auth and the grants of a Supabase
-- database. Left out is what fails as a whole statement: audit_log with its partition and indexes, assessment_analytics_summary with
-- its refresh, ALTER TABLE … PARTITION BY, the second definitions of two GIN indexes and cron.schedule. Its mistakes are kept.

DO $$
BEGIN
  IF to_regrole('anon') IS NULL THEN CREATE ROLE anon NOLOGIN; END IF;
  IF to_regrole('authenticated') IS NULL THEN CREATE ROLE authenticated NOLOGIN; END IF;
  IF to_regrole('service_role') IS NULL THEN CREATE ROLE service_role NOLOGIN BYPASSRLS; END IF;
  IF to_regnamespace('auth') IS NULL THEN
    CREATE SCHEMA auth;
    CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text);
    CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
      $f$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $f$;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $f$ SELECT nullif(auth.jwt() ->> 'sub', '')::uuid $f$;
    CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $f$ SELECT auth.jwt() ->> 'role' $f$;
    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
  END IF;
END
$$;

CREATE TABLE users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    email TEXT UNIQUE NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    phone TEXT,
    title TEXT,
    company TEXT,
    company_size TEXT,
    revenue_range TEXT,
    industry TEXT,
    timezone TEXT,
    linkedin_url TEXT,
    profile_pic_url TEXT,
    agreed_terms BOOLEAN DEFAULT false,
    agreed_marketing BOOLEAN DEFAULT false,
    role TEXT DEFAULT 'user',
    status TEXT DEFAULT 'active',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_users_email ON users(email);

CREATE INDEX idx_users_company ON users(company);

CREATE INDEX idx_users_industry ON users(industry);

CREATE INDEX idx_users_role ON users(role);

CREATE INDEX idx_users_status ON users(status);

CREATE TABLE organizations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL,
    slug TEXT UNIQUE NOT NULL,
    owner_id UUID REFERENCES users(id),
    sso_config JSONB DEFAULT '{}',
    settings JSONB DEFAULT '{}',
    status TEXT DEFAULT 'active',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_organizations_owner ON organizations(owner_id);

CREATE INDEX idx_organizations_slug ON organizations(slug);

CREATE TABLE organization_members (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id UUID REFERENCES organizations(id) ON DELETE CASCADE,
    user_id UUID REFERENCES users(id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    permissions JSONB DEFAULT '{}',
    department TEXT,
    status TEXT DEFAULT 'active',
    joined_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    UNIQUE(organization_id, user_id)
);

CREATE INDEX idx_org_members_org ON organization_members(organization_id);

CREATE INDEX idx_org_members_user ON organization_members(user_id);

CREATE INDEX idx_org_members_role ON organization_members(role);

CREATE TABLE subscriptions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id) UNIQUE,
    plan TEXT DEFAULT 'free',
    status TEXT DEFAULT 'trial',
    billing_cycle TEXT,
    next_billing_date DATE,
    stripe_subscription_id TEXT,
    stripe_customer_id TEXT,
    stripe_data JSONB DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_subscriptions_user ON subscriptions(user_id);

CREATE INDEX idx_subscriptions_status ON subscriptions(status);

CREATE INDEX idx_subscriptions_plan ON subscriptions(plan);

CREATE TABLE assessments (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    assessment_type TEXT NOT NULL,
    version TEXT DEFAULT '1.0',
    responses JSONB NOT NULL DEFAULT '{}',
    metadata JSONB DEFAULT '{}',
    status TEXT DEFAULT 'in_progress',
    completed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_assessments_user ON assessments(user_id);

CREATE INDEX idx_assessments_org ON assessments(organization_id);

CREATE INDEX idx_assessments_type ON assessments(assessment_type);

CREATE INDEX idx_assessments_status ON assessments(status);

CREATE INDEX idx_assessments_created ON assessments(created_at DESC);

CREATE INDEX idx_assessments_responses_gin ON assessments USING GIN (responses);

CREATE TABLE assessment_scores (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    assessment_id UUID REFERENCES assessments(id) ON DELETE CASCADE,
    overall_score NUMERIC(3,2),
    bracket TEXT,
    category_scores JSONB DEFAULT '{}',
    recommendations TEXT[],
    next_steps TEXT[],
    ai_insights TEXT,
    confidence_score NUMERIC(3,2),
    swot_analysis JSONB DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_assessment_scores_assessment ON assessment_scores(assessment_id);

CREATE INDEX idx_assessment_scores_bracket ON assessment_scores(bracket);

CREATE INDEX idx_assessment_scores_score ON assessment_scores(overall_score);

CREATE TABLE assessment_invitations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    inviter_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    invitee_email TEXT NOT NULL,
    invitee_name TEXT,
    assessment_type TEXT NOT NULL,
    invitation_token TEXT UNIQUE NOT NULL,
    status TEXT DEFAULT 'pending',
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    completed_at TIMESTAMP WITH TIME ZONE,
    custom_message TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_assessment_invitations_inviter ON assessment_invitations(inviter_id);

CREATE INDEX idx_assessment_invitations_token ON assessment_invitations(invitation_token);

CREATE INDEX idx_assessment_invitations_status ON assessment_invitations(status);

CREATE INDEX idx_assessment_invitations_expires ON assessment_invitations(expires_at);

CREATE TABLE market_insights (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    industry TEXT NOT NULL,
    market_size JSONB DEFAULT '{}',
    growth_rate JSONB DEFAULT '{}',
    competition JSONB DEFAULT '{}',
    sentiment JSONB DEFAULT '{}',
    full_insight TEXT,
    data_sources JSONB DEFAULT '{}',
    confidence_score NUMERIC(3,2),
    ai_model_version TEXT,
    source TEXT DEFAULT 'ai_generated',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_market_insights_user ON market_insights(user_id);

CREATE INDEX idx_market_insights_industry ON market_insights(industry);

CREATE INDEX idx_market_insights_created ON market_insights(created_at DESC);

CREATE INDEX idx_market_insights_sentiment_gin ON market_insights USING GIN (sentiment);

CREATE TABLE business_trends (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    title TEXT NOT NULL,
    insight TEXT NOT NULL,
    industry TEXT,
    trend_type TEXT DEFAULT 'business',
    source TEXT DEFAULT 'ai_generated',
    metadata JSONB DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_business_trends_industry ON business_trends(industry);

CREATE INDEX idx_business_trends_type ON business_trends(trend_type);

CREATE INDEX idx_business_trends_created ON business_trends(created_at DESC);

CREATE TABLE engagement_intelligence (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    signal_score NUMERIC(3,2),
    engagement_metrics JSONB DEFAULT '{}',
    customer_sentiment JSONB DEFAULT '{}',
    recommendations TEXT[],
    insights TEXT,
    source TEXT DEFAULT 'ai_generated',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_engagement_intelligence_user ON engagement_intelligence(user_id);

CREATE INDEX idx_engagement_intelligence_org ON engagement_intelligence(organization_id);

CREATE INDEX idx_engagement_intelligence_score ON engagement_intelligence(signal_score);

CREATE TABLE news_feed (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    title TEXT NOT NULL,
    url TEXT,
    source TEXT,
    published_at TIMESTAMP WITH TIME ZONE,
    category TEXT,
    relevance_score NUMERIC(3,2),
    metadata JSONB DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_news_feed_source ON news_feed(source);

CREATE INDEX idx_news_feed_category ON news_feed(category);

CREATE INDEX idx_news_feed_published ON news_feed(published_at DESC);

CREATE INDEX idx_news_feed_relevance ON news_feed(relevance_score DESC);

CREATE TABLE growth_levers (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    levers TEXT[] NOT NULL,
    priority_scores JSONB DEFAULT '{}',
    implementation_plan JSONB DEFAULT '{}',
    roi_estimates JSONB DEFAULT '{}',
    status TEXT DEFAULT 'suggested',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_growth_levers_user ON growth_levers(user_id);

CREATE INDEX idx_growth_levers_org ON growth_levers(organization_id);

CREATE INDEX idx_growth_levers_status ON growth_levers(status);

CREATE TABLE simulations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    simulation_type TEXT NOT NULL,
    input_data JSONB NOT NULL,
    output_data JSONB,
    status TEXT DEFAULT 'running',
    metadata JSONB DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    completed_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX idx_simulations_user ON simulations(user_id);

CREATE INDEX idx_simulations_type ON simulations(simulation_type);

CREATE INDEX idx_simulations_status ON simulations(status);

CREATE INDEX idx_simulations_created ON simulations(created_at DESC);

CREATE TABLE growth_progress (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    lever_id UUID REFERENCES growth_levers(id),
    milestone TEXT NOT NULL,
    status TEXT DEFAULT 'not_started',
    progress_percentage NUMERIC(5,2) DEFAULT 0,
    notes TEXT,
    completed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_growth_progress_user ON growth_progress(user_id);

CREATE INDEX idx_growth_progress_lever ON growth_progress(lever_id);

CREATE INDEX idx_growth_progress_status ON growth_progress(status);

CREATE TABLE events (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    aggregate_id UUID NOT NULL,
    aggregate_type TEXT NOT NULL,
    event_type TEXT NOT NULL,
    event_data JSONB NOT NULL,
    version INTEGER NOT NULL,
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_events_aggregate ON events(aggregate_id, aggregate_type);

CREATE INDEX idx_events_type ON events(event_type);

CREATE INDEX idx_events_user ON events(user_id);

CREATE INDEX idx_events_created ON events(created_at DESC);

CREATE INDEX idx_events_data_gin ON events USING GIN (event_data);

CREATE TABLE snapshots (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    aggregate_id UUID NOT NULL,
    aggregate_type TEXT NOT NULL,
    state JSONB NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    UNIQUE(aggregate_id, aggregate_type, version)
);

CREATE INDEX idx_snapshots_aggregate ON snapshots(aggregate_id, aggregate_type);

CREATE INDEX idx_snapshots_version ON snapshots(version);

CREATE TABLE dashboard_widgets (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    widget_type TEXT NOT NULL,
    widget_config JSONB DEFAULT '{}',
    position JSONB DEFAULT '{}',
    is_active BOOLEAN DEFAULT true,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_dashboard_widgets_user ON dashboard_widgets(user_id);

CREATE INDEX idx_dashboard_widgets_type ON dashboard_widgets(widget_type);

CREATE INDEX idx_dashboard_widgets_active ON dashboard_widgets(is_active);

CREATE TABLE analytics_events (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    event_type TEXT NOT NULL,
    event_data JSONB DEFAULT '{}',
    session_id UUID,
    source TEXT DEFAULT 'web',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE INDEX idx_analytics_events_user ON analytics_events(user_id);

CREATE INDEX idx_analytics_events_type ON analytics_events(event_type);

CREATE INDEX idx_analytics_events_created ON analytics_events(created_at DESC);

CREATE INDEX idx_analytics_events_session ON analytics_events(session_id);

CREATE TABLE user_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    session_token TEXT UNIQUE NOT NULL,
    ip_address INET,
    user_agent TEXT,
    device_info JSONB DEFAULT '{}',
    started_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    ended_at TIMESTAMP WITH TIME ZONE,
    is_active BOOLEAN DEFAULT true
);

CREATE INDEX idx_user_sessions_user ON user_sessions(user_id);

CREATE INDEX idx_user_sessions_token ON user_sessions(session_token);

CREATE INDEX idx_user_sessions_active ON user_sessions(is_active);

CREATE TABLE notifications (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    organization_id UUID REFERENCES organizations(id),
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    priority TEXT DEFAULT 'medium',
    link TEXT,
    is_read BOOLEAN DEFAULT false,
    metadata JSONB DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    read_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX idx_notifications_user ON notifications(user_id);

CREATE INDEX idx_notifications_type ON notifications(type);

CREATE INDEX idx_notifications_read ON notifications(is_read);

CREATE INDEX idx_notifications_created ON notifications(created_at DESC);

CREATE TABLE team_messages (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id UUID REFERENCES organizations(id),
    sender_id UUID REFERENCES users(id),
    recipient_id UUID REFERENCES users(id),
    message_type TEXT DEFAULT 'text',
    content TEXT NOT NULL,
    metadata JSONB DEFAULT '{}',
    is_read BOOLEAN DEFAULT false,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    read_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX idx_team_messages_org ON team_messages(organization_id);

CREATE INDEX idx_team_messages_sender ON team_messages(sender_id);

CREATE INDEX idx_team_messages_recipient ON team_messages(recipient_id);

CREATE INDEX idx_team_messages_read ON team_messages(is_read);

CREATE TABLE email_subscriptions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    email_type TEXT NOT NULL,
    is_active BOOLEAN DEFAULT true,
    preferences JSONB DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    UNIQUE(user_id, email_type)
);

CREATE INDEX idx_email_subscriptions_user ON email_subscriptions(user_id);

CREATE INDEX idx_email_subscriptions_type ON email_subscriptions(email_type);

CREATE INDEX idx_email_subscriptions_active ON email_subscriptions(is_active);

CREATE VIEW user_dashboard_summary AS
SELECT
    u.id as user_id,
    u.email,
    u.first_name,
    u.last_name,
    u.company,
    u.industry,
    s.plan,
    s.status as subscription_status,
    COUNT(DISTINCT a.id) as total_assessments,
    AVG(as2.overall_score) as avg_assessment_score,
    COUNT(DISTINCT gl.id) as total_growth_levers,
    COUNT(DISTINCT sim.id) as total_simulations,
    MAX(a.created_at) as last_assessment_date,
    MAX(ae.created_at) as last_activity_date
FROM users u
LEFT JOIN subscriptions s ON u.id = s.user_id
LEFT JOIN assessments a ON u.id = a.user_id
LEFT JOIN assessment_scores as2 ON a.id = as2.assessment_id
LEFT JOIN growth_levers gl ON u.id = gl.user_id
LEFT JOIN simulations sim ON u.id = sim.user_id
LEFT JOIN analytics_events ae ON u.id = ae.user_id
GROUP BY u.id, u.email, u.first_name, u.last_name, u.company, u.industry, s.plan, s.status;

CREATE VIEW organization_analytics AS
SELECT
    o.id as organization_id,
    o.name as organization_name,
    COUNT(DISTINCT om.user_id) as member_count,
    COUNT(DISTINCT a.id) as total_assessments,
    AVG(as2.overall_score) as avg_assessment_score,
    COUNT(DISTINCT gl.id) as total_growth_levers,
    COUNT(DISTINCT sim.id) as total_simulations,
    MAX(a.created_at) as last_assessment_date,
    MAX(ae.created_at) as last_activity_date
FROM organizations o
LEFT JOIN organization_members om ON o.id = om.organization_id
LEFT JOIN assessments a ON om.user_id = a.user_id
LEFT JOIN assessment_scores as2 ON a.id = as2.assessment_id
LEFT JOIN growth_levers gl ON om.user_id = gl.user_id
LEFT JOIN simulations sim ON om.user_id = sim.user_id
LEFT JOIN analytics_events ae ON om.user_id = ae.user_id
GROUP BY o.id, o.name;

CREATE OR REPLACE FUNCTION migrate_user_data()
RETURNS void AS $$
BEGIN
    INSERT INTO users (
        id, email, first_name, last_name, phone, title, company,
        company_size, revenue_range, industry, timezone, linkedin_url,
        profile_pic_url, agreed_terms, agreed_marketing, role, created_at, updated_at
    )
    SELECT
        u_id, email, first_name, last_name, phone, title, company,
        company_size, revenue_range, industry, timezone, linkedin_url,
        profile_pic_url, agreed_terms, agreed_marketing, role, created_at, NOW()
    FROM tier2_users
    ON CONFLICT (email) DO NOTHING;

    INSERT INTO events (aggregate_id, aggregate_type, event_type, event_data, version)
    VALUES (gen_random_uuid(), 'migration', 'user_migration_completed',
            jsonb_build_object('migrated_count', (SELECT COUNT(*) FROM tier2_users)), 1);
END;
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION migrate_assessments()
RETURNS void AS $$
BEGIN
    INSERT INTO assessments (
        id, user_id, assessment_type, responses, metadata, status, completed_at, created_at
    )
    SELECT
        o_id, u_id, 'onboarding',
        jsonb_build_object(
            'growth_metrics', growth_metrics,
            'gtm_strategy', gtm_strategy,
            'differentiator', differentiator,
            'brand_perception', brand_perception,
            'tech_stack', tech_stack,
            'process_discipline', process_discipline,
            'acquisition_channels', acquisition_channels,
            'retention_strategy', retention_strategy,
            'decision_bottlenecks', decision_bottlenecks,
            'future_success', future_success,
            'benchmark_preferences', benchmark_preferences,
            'unresolved_issue', unresolved_issue,
            'business_priorities', business_priorities,
            'business_overview', business_overview,
            'tech_maturity', tech_maturity,
            'team_alignment', team_alignment,
            'funding_status', funding_status,
            'growth_pace', growth_pace,
            'final_confirmation', final_confirmation,
            'strategy_decision_method', strategy_decision_method,
            'friction_points', friction_points
        ),
        jsonb_build_object('source', 'onboarding_assessments'),
        'completed',
        created_at,
        created_at
    FROM onboarding_assessments;

    INSERT INTO assessment_scores (
        assessment_id, overall_score, bracket, category_scores, recommendations, next_steps, ai_insights, confidence_score
    )
    SELECT
        a.id,
        asr.score,
        asr.bracket,
        asr.category_scores,
        asr.recommendations,
        asr.next_steps,
        asr.ai_insights,
        asr.confidence
    FROM assessment_scoring_results asr
    JOIN assessments a ON asr.user_id = a.user_id AND a.assessment_type = 'onboarding';
END;
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION migrate_intelligence_data()
RETURNS void AS $$
BEGIN
    INSERT INTO market_insights (
        user_id, industry, market_size, growth_rate, competition,
        sentiment, full_insight, data_sources, confidence_score,
        ai_model_version, created_at
    )
    SELECT
        u_id, industry, market_size, growth_rate, competition,
        sentiment, full_insight, data_sources, confidence_score,
        ai_model_version, created_at
    FROM enhanced_market_insights;

    INSERT INTO business_trends (title, insight, industry, source, created_at)
    SELECT title, insight, industry, source, createdat
    FROM realtime_business_trends;

    INSERT INTO engagement_intelligence (
        signal_score, engagement_metrics, recommendations, insights, source, created_at
    )
    SELECT
        75.0, -- Default signal score
        jsonb_build_object('playbook_insight', insight),
        ARRAY['Review marketing playbook insights'],
        insight,
        source,
        createdat
    FROM realtime_marketing_playbook;
END;
$$ LANGUAGE plpgsql;

CREATE VIEW tier2_users_compat AS
SELECT
    id as u_id,
    email,
    first_name,
    last_name,
    phone,
    title,
    company,
    company_size,
    revenue_range,
    industry,
    timezone,
    linkedin_url,
    profile_pic_url,
    agreed_terms,
    agreed_marketing,
    role,
    created_at,
    updated_at
FROM users;

CREATE VIEW onboarding_assessments_compat AS
SELECT
    id as o_id,
    user_id as u_id,
    responses->>'growth_metrics' as growth_metrics,
    responses->>'gtm_strategy' as gtm_strategy,
    responses->>'differentiator' as differentiator,
    responses->>'brand_perception' as brand_perception,
    responses->>'tech_stack' as tech_stack,
    responses->>'process_discipline' as process_discipline,
    responses->>'acquisition_channels' as acquisition_channels,
    responses->>'retention_strategy' as retention_strategy,
    responses->>'decision_bottlenecks' as decision_bottlenecks,
    responses->>'future_success' as future_success,
    responses->>'benchmark_preferences' as benchmark_preferences,
    responses->>'unresolved_issue' as unresolved_issue,
    responses->>'business_priorities' as business_priorities,
    responses->>'business_overview' as business_overview,
    responses->>'tech_maturity' as tech_maturity,
    responses->>'team_alignment' as team_alignment,
    responses->>'funding_status' as funding_status,
    responses->>'growth_pace' as growth_pace,
    responses->>'final_confirmation' as final_confirmation,
    responses->>'strategy_decision_method' as strategy_decision_method,
    responses->'friction_points' as friction_points,
    created_at
FROM assessments
WHERE assessment_type = 'onboarding';

CREATE INDEX idx_assessments_user_type_status
ON assessments(user_id, assessment_type, status);

CREATE INDEX idx_analytics_events_user_type_created
ON analytics_events(user_id, event_type, created_at DESC);

CREATE OR REPLACE FUNCTION refresh_analytics_views()
RETURNS void AS $$
BEGIN
  REFRESH MATERIALIZED VIEW assessment_analytics_summary;
  REFRESH MATERIALIZED VIEW user_dashboard_summary;
END;
$$ LANGUAGE plpgsql;

DO $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO anon, authenticated, service_role', current_schema());
  EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO anon, authenticated, service_role', current_schema());
  EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %I TO anon, authenticated, service_role', current_schema());
END
$$;
