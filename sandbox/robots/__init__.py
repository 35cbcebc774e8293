"""Smart robots (智能机器人, page 101463): the long connection and what staff do with a robot."""
