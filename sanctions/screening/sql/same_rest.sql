      -- What was judged from memory still stands, row by row, as it was read (standing.sql).  $25 versions
      and exists (select from oauth2_provider_accesstoken x where x.ctid = ($25)[2]::tid and x.xmin = ($25)[3]::xid
                  and x.id = ($25)[1]::bigint and x.application_id = $7)
      and exists (select from agencies_apiclient c where c.ctid = ($25)[4]::tid and c.xmin = ($25)[5]::xid and c.id = $7)
      and exists (select from agencies_agency a where a.ctid = ($25)[6]::tid and a.xmin = ($25)[7]::xid and a.id = $4)
      and exists (select from catalog_deadlinerule d where d.ctid = ($25)[13]::tid and d.xmin = ($25)[14]::xid
                  and d.id = ($25)[12]::bigint)
      and exists (select from (select r.ctid, r.xmin from records_sharingrule r
                               where r.effective_from <= $1 and (r.effective_until is null or r.effective_until >= $1)
                               order by r.effective_from desc limit 1) r
                  where r.ctid = ($25)[15]::tid and r.xmin = ($25)[16]::xid)
