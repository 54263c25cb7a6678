package org.p2pvpn.overlay.control;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochTable;

/** Epochs that nothing finds any more, until their keys are erased. Lives on the control thread. */
final class RetiredEpochs {
  /** Erased keys must not meet a shard that is still sealing a turn with them. */
  static final long ERASE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ArrayDeque<Retired> oldestFirst = new ArrayDeque<>();

  private final ArrayDeque<Retired> leaving = new ArrayDeque<>();

  private record Retired(Epoch epoch, long sinceNanos) {}

  /** One that still opens what comes in until its time is over. */
  void addLeaving(Epoch epoch, long nowNanos) {
    leaving.addLast(new Retired(epoch, nowNanos));
  }

  void add(Epoch epoch, long nowNanos) {
    oldestFirst.addLast(new Retired(epoch, nowNanos));
  }

  void tick(EpochTable epochs, long nowNanos) {
    for (Retired old = leaving.peekFirst();
        old != null && nowNanos - old.sinceNanos() >= ERASE_AFTER_NANOS;
        old = leaving.peekFirst()) {
      leaving.removeFirst();
      epochs.remove(old.epoch());
      add(old.epoch(), nowNanos);
    }
    for (Retired old = oldestFirst.peekFirst();
        old != null && nowNanos - old.sinceNanos() >= ERASE_AFTER_NANOS;
        old = oldestFirst.peekFirst()) {
      oldestFirst.removeFirst();
      old.epoch().erase();
    }
  }
}
