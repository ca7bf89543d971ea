"""What all TM Forum APIs share: fields, filters, paging, merge-patch, errors, hub, documents."""
