package org.p2pvpn.overlay.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when this host's addresses or routes change, as the kernel says it ({@code ip monitor}):
 * nothing runs in between. A burst of changes is told once, when it is over; what happens at our
 * own interface is not told.
 *
 * <p>The listener is called on a thread of the watch's own. When the daemon is killed the program
 * ends with the next thing that it has to say.
 */
public final class AddressWatch {
  private static final Logger LOG = LoggerFactory.getLogger(AddressWatch.class);

  /** Ours: DHCP sets an address and then its routes. */
  private static final long BURST_MILLIS = 100;

  private final Process process;
  private final String ownInterface;
  private final Runnable listener;

  private AddressWatch(Process process, String ownInterface, Runnable listener) {
    this.process = process;
    this.ownInterface = ownInterface;
    this.listener = listener;
  }

  /**
   * Never fails: a host without the program is one that tells nothing, and says so once.
   *
   * @return what ends the watch
   */
  public static Runnable open(String ownInterface, Runnable listener) {
    try {
      String ip = HostCommands.find("ip").toString();
      Process process =
          new ProcessBuilder(List.of(ip, "-o", "monitor", "address", "route"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      AddressWatch watch = new AddressWatch(process, ownInterface, listener);
      Thread.ofPlatform().daemon().name("addresses").start(watch::run);
      return process::destroy;
    } catch (IOException | HostException e) {
      LOG.warn("addresses: changes of this host's will be noticed late: {}", e.getMessage());
      return () -> {};
    }
  }

  private void run() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (isOurs(line)) {
          continue;
        }
        TimeUnit.MILLISECONDS.sleep(BURST_MILLIS);
        while (lines.ready()) {
          lines.readLine();
        }
        listener.run();
      }
    } catch (IOException _) {
      LOG.debug("addresses: the watch has ended");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** As in {@code 3: p2p0 inet ...} and {@code ... dev p2p0 ...}. */
  private boolean isOurs(String line) {
    return List.of(line.split("\\s+")).contains(ownInterface);
  }
}
