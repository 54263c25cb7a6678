/**
 * Reads a node's settings: flag beats environment beats file beats default, each with where it came
 * from. All errors of a file are told at once, with line and column. Called by the cli only; starts
 * nothing and changes nothing.
 */
@NullMarked
package org.p2pvpn.overlay.node.config;

import org.jspecify.annotations.NullMarked;
