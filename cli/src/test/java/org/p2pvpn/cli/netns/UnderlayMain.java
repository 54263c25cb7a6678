package org.p2pvpn.cli.netns;

import org.p2pvpn.cli.underlay.EmulatedInternet;

/** Opens an emulated internet in namespaces that others made, and waits to be killed. */
final class UnderlayMain {
  private UnderlayMain() {}

  /** Namespace, address, namespace, address. */
  public static void main(String[] arguments) throws InterruptedException {
    EmulatedInternet internet = EmulatedInternet.open(1);
    for (int i = 0; i < arguments.length; i += 2) {
      internet.host("host" + i, arguments[i], arguments[i + 1]);
    }
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }
}
