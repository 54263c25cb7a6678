/**
 * The commands: parse, ask the admin socket, print. {@code up} and {@code serve} are the daemon; no
 * other command loads more than picocli and a socket. No protocol here.
 */
@NullMarked
package org.p2pvpn.cli;

import org.jspecify.annotations.NullMarked;
