/** JMH. */
@NullMarked
package org.p2pvpn.benchmarks;

import org.jspecify.annotations.NullMarked;
