      and t.ctid = ($25)[10]::tid and t.xmin = ($25)[11]::xid
