"""The home page and the leaders' page. Reads everything, keeps nothing: no models of its own."""
