"""Search and paging on a long list, beside LIKE without the index and beside pages that skip rows."""
