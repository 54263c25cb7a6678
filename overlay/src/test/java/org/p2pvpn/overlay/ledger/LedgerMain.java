package org.p2pvpn.overlay.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * A process with a ledger: appends for as long as it lives, and says every 100 ms what became of it
 * and how many sockets the process has.
 */
final class LedgerMain {
  private LedgerMain() {}

  public static void main(String[] args) throws Exception {
    NodeId node = NodeId.ofPublicKey(new byte[32]);
    Ledger.Timing often = new Ledger.Timing(Duration.ZERO, Duration.ZERO, Duration.ofMillis(100));
    Limits limits = new Limits(Duration.ofDays(30), 64L << 20, 16L << 20, 1 << 20);
    Ledger ledger =
        new Ledger(
            new ChronicleJournal(Path.of(args[0]), limits), often, System::currentTimeMillis);
    ledger.start();
    for (long i = 0; ; i++) {
      ledger.append(new Observation.RttMeasured(node, i));
      if (i % 100 == 0) {
        Ledger.Report now = ledger.report();
        System.out.println(
            "report " + now.appended() + " " + now.lost() + " " + sockets() + " " + now.trouble());
        System.out.flush();
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  private static long sockets() throws Exception {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(LedgerMain::isSocket).count();
    }
  }

  private static boolean isSocket(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString().startsWith("socket:");
    } catch (java.io.IOException _) {
      return false;
    }
  }
}
