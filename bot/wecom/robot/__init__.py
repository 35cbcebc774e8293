"""Smart robots (智能机器人, pages 100719 to 101463): frames, links, bodies, cards, media."""
