/** One hot step of the packet's way each, measured with JMH; README.md says how to run them. */
@NullMarked
package org.p2pvpn.benchmarks;

import org.jspecify.annotations.NullMarked;
