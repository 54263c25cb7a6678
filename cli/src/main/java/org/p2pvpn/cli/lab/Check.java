package org.p2pvpn.cli.lab;

/** One thing the lab claims, and whether it was so. */
record Check(String name, boolean passed, String detail) {}
