"""Who a face is: matching against the gallery, and what people said of faces."""
