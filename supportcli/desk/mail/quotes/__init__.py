"""Mail that quotes what stands in the desk."""
