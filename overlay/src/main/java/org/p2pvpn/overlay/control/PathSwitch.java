package org.p2pvpn.overlay.control;

/**
 * One change of path, for the operator to see.
 *
 * @param wallMillis when, by the wall clock
 * @param silentMillis from the first packet that was not answered until the change
 * @param announced whether the path still worked, as when a relay says that it will leave: then
 *     nothing was lost
 */
public record PathSwitch(long wallMillis, String why, long silentMillis, boolean announced) {}
