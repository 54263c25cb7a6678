package org.p2pvpn.overlay.node;

import java.io.Closeable;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.p2pvpn.overlay.discovery.lan.LanLink;
import org.p2pvpn.tun.TunException;
import org.p2pvpn.tun.linux.LinkEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This host's links without our own and without loopback, looked at when the kernel says that one
 * changed and never on the control thread: looking costs a system call or two for each address. Its
 * one thread sleeps otherwise; anyone may read.
 */
final class Links implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  /** Where the kernel does not tell us, we look. */
  private static final Duration BLIND = Duration.ofSeconds(5);

  /** With its word, only in case that we missed one; it also ends this thread after a close. */
  private static final Duration SIGHTED = Duration.ofMinutes(1);

  /** A link that comes up does so in several steps. */
  private static final long SETTLE_MILLIS = 200;

  /** Ours: what is beyond is not looked at; such hosts carry containers, one bridge for many. */
  private static final int LINKS_MAX = 32;

  private final String ownInterface;
  private final List<Predicate<List<LanLink>>> listeners = new ArrayList<>();
  private volatile List<LanLink> current;
  private Runnable stirred = () -> {};
  private volatile boolean closed;

  Links(String ownInterface) {
    this.ownInterface = ownInterface;
    current = look();
  }

  /** As they were when something changed last. */
  List<LanLink> current() {
    return current;
  }

  /**
   * Is told the links now, and on the thread of this class when they change; says false to be told
   * again. Before start.
   */
  void listen(Predicate<List<LanLink>> listener) {
    listeners.add(listener);
    var _ = listener.test(current);
  }

  /**
   * Is called on the thread of this class when the kernel said that something changed, be it but a
   * route. Before start.
   */
  void onStir(Runnable listener) {
    stirred = listener;
  }

  void start() {
    Thread.ofPlatform().name("links").daemon().start(this::watch);
  }

  private void watch() {
    try (LinkEvents told = LinkEvents.open()) {
      while (!closed) {
        if (told.await(SIGHTED)) {
          TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
          refresh();
          stirred.run();
        } else {
          refresh();
        }
      }
    } catch (TunException e) {
      LOG.warn("{}; looking every {} s", e.getMessage(), BLIND.toSeconds());
      watchBlind();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchBlind() {
    try {
      while (!closed) {
        TimeUnit.MILLISECONDS.sleep(BLIND.toMillis());
        refresh();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void refresh() {
    List<LanLink> now = look();
    if (!closed && !now.equals(current)) {
      boolean heard = listeners.stream().allMatch(listener -> listener.test(now));
      current = heard ? now : current;
    }
  }

  private List<LanLink> look() {
    List<LanLink> links = new ArrayList<>();
    try {
      for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
        if (links.size() < LINKS_MAX
            && link.isUp()
            && !link.isLoopback()
            && !link.getName().equals(ownInterface)) {
          links.add(new LanLink(link.getName(), link.getIndex(), addresses(link)));
        }
      }
    } catch (SocketException e) {
      LOG.debug("cannot list this host's links: {}", e.getMessage());
    }
    return List.copyOf(links);
  }

  private static List<LanLink.Address> addresses(NetworkInterface link) {
    List<LanLink.Address> addresses = new ArrayList<>();
    for (InterfaceAddress one : link.getInterfaceAddresses()) {
      addresses.add(new LanLink.Address(one.getAddress(), one.getNetworkPrefixLength()));
    }
    return addresses;
  }

  /** Our own addresses that others beyond a link may reach. */
  List<InetAddress> reachable() {
    return current.stream()
        .flatMap(link -> link.addresses().stream())
        .map(LanLink.Address::address)
        .filter(address -> !address.isLinkLocalAddress())
        .map(Links::withoutScope)
        .toList();
  }

  private static InetAddress withoutScope(InetAddress address) {
    try {
      return address instanceof Inet6Address
          ? InetAddress.getByAddress(address.getAddress())
          : address;
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
