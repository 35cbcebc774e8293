"""The whole product on a virtual clock, against a platform in this process and simulated members."""
