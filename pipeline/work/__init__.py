"""A run in parts: cut, annotated here or elsewhere, kept on disk, merged.

``parts`` cuts the documents, ``job`` annotates a part, ``pools`` says where, ``folder`` keeps
what is done, ``entries`` is what a part holds, ``sorted_lines`` puts parts in order. ``merge``
joins the folders of shards: ``runs`` says which belong together, ``shards`` reads them.
"""
