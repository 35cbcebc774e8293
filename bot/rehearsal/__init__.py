"""The whole product on a virtual clock, with a platform in this process and simulated members."""
