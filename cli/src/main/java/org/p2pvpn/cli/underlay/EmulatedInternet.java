package org.p2pvpn.cli.underlay;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.p2pvpn.overlay.host.HostCommands;

/**
 * The internet between network namespaces, emulated by one thread of this process. Every host gets
 * {@code eth0}, its addresses and its default route; with the first packet all hosts reach all
 * others as {@link #defaultLink} says.
 *
 * <p>Any thread may call any method; a change holds from its return on. {@link #close} removes the
 * devices; so does the kernel when the process dies, however it dies. Namespaces are the caller's.
 */
public final class EmulatedInternet implements AutoCloseable {
  /** What hosts behind a NAT are called by themselves: all the same, as at home. */
  private static final String INSIDE_IPV4 = "192.168.1.2";

  private final HostCommands commands = new HostCommands();
  private final Underlay underlay;
  private final UnderlayLoop loop;
  private final Map<String, HostNetwork> networks = new ConcurrentHashMap<>();
  private final List<PacketObserver> observers = new CopyOnWriteArrayList<>();

  private EmulatedInternet(long seed) {
    this.underlay = new Underlay(seed);
    this.loop = new UnderlayLoop(underlay);
  }

  /** With a seed that decides, with the packets, what happens to them. */
  public static EmulatedInternet open(long seed) {
    return new EmulatedInternet(seed);
  }

  /**
   * A host, whose namespace there is.
   *
   * @param addresses literals of either family, see {@link AddressPlan}; {@code /LENGTH} may follow
   */
  public EmulatedInternet host(String name, String namespace, String... addresses) {
    HostNetwork network = new HostNetwork(commands, namespace);
    Host host = loop.ask(() -> underlay.add(name, parsed(addresses)));
    try {
      Uplink uplink =
          Uplink.open(network, List.of(addresses), loop.loop(), ready -> loop.readable(ready));
      networks.put(name, network);
      change(
          () -> {
            loop.connect(host, uplink);
            loop.readable(uplink);
          });
    } catch (RuntimeException e) {
      change(() -> underlay.remove(host));
      throw e;
    }
    return this;
  }

  /** Takes a host's device away, with all that is on its way to it. */
  public EmulatedInternet remove(String name) {
    change(
        () -> {
          loop.disconnect(underlay.host(name));
          underlay.remove(underlay.host(name));
        });
    networks.remove(name);
    return this;
  }

  /** Other addresses for a host without NAT, as after a move to another network. */
  public EmulatedInternet readdress(String name, String... addresses) {
    change(
        () -> {
          Host host = underlay.host(name);
          host.nat = null;
          underlay.readdress(host, parsed(addresses));
        });
    network(name).address(List.of(addresses));
    return this;
  }

  public EmulatedInternet defaultLink(LinkShape shape) {
    change(() -> underlay.defaultShape(shape));
    return this;
  }

  /** Both directions between two hosts. */
  public EmulatedInternet link(String first, String second, LinkShape shape) {
    between(first, second).shape(shape);
    return this;
  }

  /** Changes both directions between two hosts. */
  public LinkControl between(String first, String second) {
    return new LinkControl(
        shape -> {
          reshape(first, second, shape);
          reshape(second, first, shape);
        });
  }

  /** Changes one direction. */
  public LinkControl oneWay(String from, String to) {
    return new LinkControl(shape -> reshape(from, to, shape));
  }

  private void reshape(String from, String to, UnaryOperator<LinkShape> shape) {
    change(
        () -> {
          Link link = underlay.link(underlay.host(from), underlay.host(to));
          link.shape(shape.apply(link.shape()));
        });
  }

  /** Puts a NAT before a host, with the timeouts of the RFCs. */
  public EmulatedInternet nat(String name, NatKind kind) {
    return nat(name, kind, NatTimeouts.RFC);
  }

  /**
   * Puts a NAT before a host: its IPv4 address becomes the NAT's, and the host gets a private one.
   * Its IPv6 addresses stay, behind a filter of the same kind. What was mapped before is forgotten.
   */
  public EmulatedInternet nat(String name, NatKind kind, NatTimeouts timeouts) {
    List<String> inside = new ArrayList<>();
    change(
        () -> {
          Host host = underlay.host(name);
          underlay.nat(host, kind, timeouts, Address.of(INSIDE_IPV4));
          for (Address address : host.addresses) {
            inside.add(address.isIpv4() ? INSIDE_IPV4 + "/24" : address.literal());
          }
        });
    network(name).address(inside);
    return this;
  }

  /** From now on nothing comes to this host or from it, and nobody is told. */
  public EmulatedInternet blackhole(String name) {
    change(() -> underlay.host(name).blackholed = true);
    return this;
  }

  /** Ends {@link #blackhole}. */
  public EmulatedInternet restore(String name) {
    change(() -> underlay.host(name).blackholed = false);
    return this;
  }

  /** Pulls the cable: the host itself sees that its link is down. */
  public EmulatedInternet unplug(String name) {
    network(name).carrier(false);
    return this;
  }

  public EmulatedInternet plug(String name) {
    network(name).carrier(true);
    return this;
  }

  public LinkCounters counters(String from, String to) {
    return loop.ask(() -> underlay.link(underlay.host(from), underlay.host(to)).counters());
  }

  /** What a host sent that belongs to no pair: to nobody's address, multicast, to itself. */
  public Map<Verdict, Long> unrouted(String name) {
    return loop.ask(() -> Map.copyOf(underlay.host(name).unrouted));
  }

  /** Sees every packet until the answer is closed. */
  public Tap observe(PacketObserver observer) {
    observers.add(observer);
    change(this::observe);
    return () -> {
      observers.remove(observer);
      change(this::observe);
    };
  }

  /** Writes what passes a host's device to a pcap file, until the answer is closed. */
  public Tap capture(String host, Path file) {
    Capture capture = new Capture(host, file);
    Tap tap = observe(capture);
    return () -> {
      tap.close();
      capture.close();
    };
  }

  /** An observation that ends. */
  public interface Tap extends AutoCloseable {
    @Override
    void close();
  }

  private void observe() {
    if (observers.isEmpty()) {
      underlay.observer(null);
      return;
    }
    underlay.observer(
        new PacketObserver() {
          @Override
          public void sent(String from, String to, Verdict verdict, ByteBuffer packet) {
            each(observer -> observer.sent(from, to, verdict, packet.duplicate()));
          }

          @Override
          public void arrived(String from, String to, Verdict verdict, ByteBuffer packet) {
            each(observer -> observer.arrived(from, to, verdict, packet.duplicate()));
          }
        });
  }

  private void each(Consumer<PacketObserver> call) {
    for (PacketObserver observer : observers) {
      call.accept(observer);
    }
  }

  private void change(Runnable change) {
    loop.ask(
        () -> {
          change.run();
          return true;
        });
  }

  private HostNetwork network(String name) {
    HostNetwork network = networks.get(name);
    if (network == null) {
      throw new IllegalArgumentException(name + ": no such host; there are " + networks.keySet());
    }
    return network;
  }

  private static List<Address> parsed(String... addresses) {
    List<Address> parsed = new ArrayList<>();
    for (String address : addresses) {
      int slash = address.indexOf('/');
      parsed.add(Address.of(slash < 0 ? address : address.substring(0, slash)));
    }
    return parsed;
  }

  /** Removes all devices. Idempotent. */
  @Override
  public void close() {
    loop.close();
  }
}
