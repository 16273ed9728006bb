-- An article that was approved says for ever what its reviewer read; it can only be withdrawn, once. None is deleted.
CREATE FUNCTION portal_article_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    may_change constant text[] := '{withdrawn_at,withdrawn_by_id,withdrawn_why}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'article_stays: articles are withdrawn, not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL
       OR (OLD.reviewed_at IS NOT NULL AND to_jsonb(NEW) - may_change IS DISTINCT FROM to_jsonb(OLD) - may_change) THEN
        RAISE EXCEPTION 'article_stays: an approved article cannot be changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER portal_article_stays BEFORE UPDATE OR DELETE ON portal_article
    FOR EACH ROW EXECUTE FUNCTION portal_article_stays();
