package org.p2pvpn.cli.netns;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Looks for many traces in one pass, by their first two bytes. */
final class TraceIndex {
  private final @Nullable List<Trace>[] byStart = lists();

  TraceIndex(List<Trace> traces) {
    for (Trace trace : traces) {
      List<Trace> others = byStart[trace.start()];
      if (others == null) {
        others = new ArrayList<>();
        byStart[trace.start()] = others;
      }
      others.add(trace);
    }
  }

  @SuppressWarnings("unchecked") // an array has no type parameter
  private static @Nullable List<Trace>[] lists() {
    return (List<Trace>[]) new List<?>[1 << 16];
  }

  /** Tells every place where a trace begins. */
  void search(byte[] block, ObjIntConsumer<Trace> found) {
    for (int i = 0; i < block.length - 1; i++) {
      List<Trace> candidates = byStart[((block[i] & 0xff) << 8) | (block[i + 1] & 0xff)];
      if (candidates != null) {
        for (Trace trace : candidates) {
          if (trace.isAt(block, i)) {
            found.accept(trace, i);
          }
        }
      }
    }
  }
}
