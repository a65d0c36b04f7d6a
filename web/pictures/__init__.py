"""Pictures drawn on the server: faces and the roadmap, as SVG without scripts or foreign files."""
