package org.p2pvpn.tun.linux;

import static org.p2pvpn.tun.linux.SocketReceiver.check;

import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunException;
import org.p2pvpn.tun.TunOffloads;

/**
 * Run in a namespace by {@link KernelSegmentationIT}: what can be seen of a device from outside.
 */
final class DeviceChecks {
  private DeviceChecks() {}

  public static void main(String[] args) {
    LinuxTun tun = LinuxTun.open("p2p%d", 1400, 3);
    check(tun.name().equals("p2p0"), tun.name());
    check(tun.queues().size() == 3, "three queues");
    check(tun.offloads().checksum() && tun.offloads().tso(), tun.offloads().toString());
    TunBuffer buffer = TunBuffer.allocate(2000);
    check(tun.queues().getFirst().read(buffer, 0, 2000) <= 0, "nothing to read while down");
    tun.up();
    String link = Namespace.run("ip", "link", "show", "p2p0");
    check(link.contains("mtu 1400") && link.contains("UP"), link);
    inUseIsNamed();
    badMtuIsNamed();
    tun.close();
    tun.close();
    check(tun.queues().getFirst().fd() == -1, "no descriptor after close");
    check(tun.queues().getFirst().read(buffer, 0, 2000) == -Errno.EBADF, "EBADF after close");
    check(!Namespace.run("ip", "link").contains("p2p0"), "the device is gone");
    withoutOffloads();
    System.out.println("device ok");
  }

  private static void inUseIsNamed() {
    try {
      LinuxTun.open("p2p0", 1400, 1).close();
      throw new AssertionError("a second device of the same name");
    } catch (TunException e) {
      check(e.errno() == Errno.EBUSY, String.valueOf(e.getMessage()));
      check(
          String.valueOf(e.getMessage())
              .startsWith("p2p0: cannot make the device: TUNSETIFF: EBUSY"),
          String.valueOf(e.getMessage()));
    }
  }

  private static void badMtuIsNamed() {
    try {
      LinuxTun.open("other", 70_000, 1).close();
      throw new AssertionError("an MTU of 70000");
    } catch (TunException e) {
      check(
          String.valueOf(e.getMessage()).startsWith("other: cannot set MTU 70000: SIOCSIFMTU"),
          String.valueOf(e.getMessage()));
    }
    check(!Namespace.run("ip", "link").contains("other"), "nothing is left behind");
  }

  private static void withoutOffloads() {
    try (LinuxTun tun = LinuxTun.open("plain", 1400, 1, TunOffloads.NONE)) {
      check(tun.offloads().equals(TunOffloads.NONE), tun.offloads().toString());
    }
    TunOffloads noUso = TunOffloads.ALL.withoutUso("asked");
    try (LinuxTun tun = LinuxTun.open("plain", 1400, 1, noUso)) {
      check(tun.offloads().equals(noUso), tun.offloads().toString());
    }
  }
}
