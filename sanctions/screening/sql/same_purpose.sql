      and p.ctid = ($25)[8]::tid and p.xmin = ($25)[9]::xid
