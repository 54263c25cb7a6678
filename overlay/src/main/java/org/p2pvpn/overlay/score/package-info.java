/**
 * Who is good: the table of nodes with what they claim and what we measured, the score of each, and
 * the draw of a path. Pure functions over immutable values; no clock, no file, no socket, and
 * randomness is handed in, so that the same table, request and seed give the same path.
 *
 * <p>{@link org.p2pvpn.overlay.score.PathChooser} is the way in. {@code control} fills the table
 * and builds what was chosen; {@code ledger} feeds {@link org.p2pvpn.overlay.score.Trust}. A claim
 * never raises a score above the measurement: {@link org.p2pvpn.overlay.score.Term}.
 */
@NullMarked
package org.p2pvpn.overlay.score;

import org.jspecify.annotations.NullMarked;
