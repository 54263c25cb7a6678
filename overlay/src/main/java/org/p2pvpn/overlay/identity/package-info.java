/**
 * Who: node ids, the addresses made of them, and the line that introduces a node to another. Values
 * only; no socket, no file, no key that is secret but the invite token.
 */
@NullMarked
package org.p2pvpn.overlay.identity;

import org.jspecify.annotations.NullMarked;
