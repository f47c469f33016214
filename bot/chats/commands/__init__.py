"""One small module per topic: what people may ask of Loa."""
