package org.p2pvpn.overlay.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks every hop of the path in use for an echo, all at once; on any thread but the control one.
 */
final class Trace {
  private final Supplier<Controller> controller;
  private final Paths.Asker asker;

  Trace(Supplier<Controller> controller, Paths.Asker asker) {
    this.controller = controller;
    this.asker = asker;
  }

  private record Asked(Peer peer, long id) {}

  private record Round(CircuitReport path, List<Asked> hops) {}

  /** Only one hop where {@code only} is not 0. */
  TraceReport run(int only, Duration timeout) {
    Round round = asker.ask(() -> begin(only));
    long[] nanos = new long[round.hops().size()];
    Arrays.fill(nanos, -1);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (Arrays.stream(nanos).anyMatch(rtt -> rtt < 0) && System.nanoTime() - deadline < 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(1);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        break;
      }
      asker.ask(
          () -> {
            for (int i = 0; i < nanos.length; i++) {
              Asked hop = round.hops().get(i);
              nanos[i] = nanos[i] < 0 ? hop.peer().echo.rttNanos(hop.id()) : nanos[i];
            }
            return nanos;
          });
    }
    return report(round.path(), only, nanos);
  }

  private Round begin(int only) {
    Circuits circuits =
        controller.get().exits().all().stream()
            .map(ClassExit::circuits)
            .filter(those -> !those.hopsInUse().isEmpty())
            .findFirst()
            .orElseThrow(
                () ->
                    new ControlException(
                        4,
                        "no circuit is in use: the exit is reached straight, or there is none",
                        "p2pvpn circuit"));
    List<Peer> hops = circuits.hopsInUse();
    if (only > hops.size()) {
      throw new ControlException(
          2, "hop " + only + ": the path in use has " + hops.size(), "p2pvpn circuit");
    }
    long now = System.nanoTime();
    List<Asked> asked = new ArrayList<>();
    for (Peer hop : only == 0 ? hops : hops.subList(only - 1, only)) {
      asked.add(new Asked(hop, controller.get().ping(hop, now)));
    }
    return new Round(circuits.reports().getFirst(), asked);
  }

  private static TraceReport report(CircuitReport path, int only, long[] nanos) {
    List<TraceReport.Hop> hops = new ArrayList<>();
    double before = 0;
    for (int i = 0; i < nanos.length; i++) {
      int number = only == 0 ? i + 1 : only;
      CircuitReport.Hop hop = path.hops().get(number - 1);
      double millis = nanos[i] < 0 ? -1 : nanos[i] / 1e6;
      boolean isLeg = millis >= 0 && before >= 0 && (only == 0 || number == 1);
      hops.add(
          new TraceReport.Hop(
              number,
              hop.name(),
              hop.nodeId(),
              hop.role(),
              millis,
              isLeg ? millis - before : Double.NaN,
              hop.knows()));
      before = millis;
    }
    return new TraceReport(hops);
  }
}
