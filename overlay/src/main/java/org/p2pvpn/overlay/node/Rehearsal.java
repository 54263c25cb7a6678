package org.p2pvpn.overlay.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.IdentityException;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.noise.TimestampStore;
import org.p2pvpn.overlay.control.ControlPlane;
import org.p2pvpn.overlay.control.Lent;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.OverlayAddress;
import org.p2pvpn.overlay.ledger.Ledger;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.ledger.Observations;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.transport.Driver;
import org.p2pvpn.tun.PipeTun;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;

/**
 * Two nodes in one process that shake hands over loopback and send each other packets, without TUN
 * and without rights. The build runs it to record what a start loads and compiles, which makes a
 * real start twice as fast.
 */
public final class Rehearsal {
  private static final int MTU_BYTES = 1407;
  private static final int PACKETS_MAX = 64;
  private static final int TURNS = 2000;

  /** As much as a kernel puts into one TCP super-packet of this MTU. */
  private static final int BULK_SEGMENTS = 46;

  private static final int HEADERS_BYTES = 40 + 20;
  private static final int TCP_CHECKSUM_AT = 16;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  private Rehearsal() {}

  /** Runs one; returns packets that arrived. */
  public static int run() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("p2pvpn-rehearsal");
    try (Actor left = new Actor(folder.resolve("left"), "left");
        Actor right = new Actor(folder.resolve("right"), "right")) {
      left.meet(right);
      right.meet(left);
      left.start();
      right.start();
      WarmUp.run(Suite.AESGCM_SHA256);
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      int arrived = 0;
      for (int turn = 0; turn < TURNS && System.nanoTime() < deadline; turn++) {
        left.send(right);
        if (turn % 2 == 0) {
          left.sendBulk(right, turn);
        }
        arrived += right.receive();
        if (arrived == 0 || turn % 16 == 0) {
          Thread.sleep(2);
        }
      }
      left.control.ping("right", Duration.ofSeconds(1));
      left.control.snapshot();
      left.remember();
      return arrived;
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static final class Actor implements AutoCloseable, ControlPlane.Events {
    private final Identity identity;
    private final PipeTun.Pair tun;
    private final ControlPlane control;
    private final DataPlane dataPlane;
    private final NodeAddress address;
    private final Ledger ledger;
    private final TunBuffer buffer = TunBuffer.allocate(VirtioHeader.BYTES + 65_535);

    Actor(Path state, String name) throws IOException {
      Files.createDirectories(state);
      try {
        identity = Identity.loadOrCreate(state.resolve("identity"));
      } catch (IdentityException e) {
        throw new UncheckedIOException(new IOException(e));
      }
      ledger = Ledger.in(state.resolve("ledger"));
      tun = PipeTun.pair(name, MTU_BYTES, TunOffloads.ALL, PACKETS_MAX);
      tun.left().up();
      tun.right().up();
      TimestampStore timestamps =
          TimestampStore.open(state.resolve("timestamps"), 1, trouble -> {});
      control =
          new ControlPlane(
              new ControlPlane.Settings(identity, Suite.AESGCM_SHA256, name, state, timestamps));
      dataPlane =
          new DataPlane(
              tun.left(),
              0,
              new DataPlane.Settings(Driver.EPOLL, 0, MTU_BYTES, 1, TunOffloads.ALL),
              new EpochTable(1),
              control.dataPlaneEvents());
      control.attach(dataPlane, 1, this);
      address =
          new NodeAddress(
              identity.signingKey(),
              identity.staticKey(),
              List.of(new HostPort("127.0.0.1", dataPlane.udpPort())),
              null,
              name);
    }

    void meet(Actor other) {
      NodeAddress line = NodeAddress.parse(other.address.toInvite());
      control.addPeer(
          line,
          null,
          "config",
          List.of(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), line.hosts().get(0).port())),
          true);
    }

    void start() {
      control.start();
      dataPlane.start();
    }

    /** One UDP packet of 1,000 bytes as a kernel would hand it over. */
    void send(Actor other) {
      ByteBuffer bytes = buffer.bytes();
      bytes.clear();
      VirtioHeader.putPlain(bytes, 0);
      int at = VirtioHeader.BYTES;
      bytes.putInt(at, 0x60_00_00_00).putShort(at + 4, (short) 960).put(at + 6, (byte) 17);
      bytes.put(at + 7, (byte) 64);
      bytes.put(at + 8, ipv6(this));
      bytes.put(at + 24, ipv6(other));
      bytes.putShort(at + 44, (short) 960);
      tun.right().write(buffer, 0, VirtioHeader.BYTES + 1000);
    }

    /** A TCP super-packet as a kernel would hand it over; what compiles well is what was seen. */
    void sendBulk(Actor other, int turn) {
      int segmentBytes = MTU_BYTES - HEADERS_BYTES;
      int payloadBytes = BULK_SEGMENTS * segmentBytes;
      ByteBuffer bytes = buffer.bytes();
      bytes.clear();
      VirtioHeader.putSuper(
          bytes, 0, VirtioHeader.GSO_TCPV6, HEADERS_BYTES, segmentBytes, 40, TCP_CHECKSUM_AT);
      int at = VirtioHeader.BYTES;
      bytes.putInt(at, 0x60_00_00_00).putShort(at + 4, (short) (20 + payloadBytes));
      bytes.put(at + 6, (byte) 6).put(at + 7, (byte) 64);
      bytes.put(at + 8, ipv6(this));
      bytes.put(at + 24, ipv6(other));
      int tcp = at + 40;
      bytes.putInt(tcp, 0x2000_2000).putInt(tcp + 4, turn * payloadBytes).putInt(tcp + 8, 1);
      bytes.putShort(tcp + 12, (short) 0x5010).putShort(tcp + 14, (short) 0x7fff);
      bytes.putInt(tcp + TCP_CHECKSUM_AT, 0);
      tun.right().write(buffer, 0, VirtioHeader.BYTES + HEADERS_BYTES + payloadBytes);
    }

    int receive() {
      int packets = 0;
      while (tun.right().read(buffer, 0, buffer.capacity()) > 0) {
        packets++;
      }
      return packets;
    }

    /** What was observed, written and read. */
    void remember() throws InterruptedException {
      ledger.start();
      try {
        ledger.replay(_ -> {}).get(10, TimeUnit.SECONDS);
        ledger.append(new Observation.BusySeen(NodeId.ofPublicKey(identity.signingKey())));
        Observations past = new Observations();
        ledger.replay(past::add).get(10, TimeUnit.SECONDS);
        control.recall(past);
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] ipv6(Actor actor) {
      return OverlayAddress.ipv6(NodeId.ofPublicKey(actor.identity.signingKey())).getAddress();
    }

    @Override
    public void onConnected(NodeId peer, String name) {}

    @Override
    public void onRefused(NodeId peer, String name, String why) {}

    @Override
    public void onLease(TrafficClass traffic, Lent lent) {}

    @Override
    public void onObserved(Observation what) {
      ledger.append(what);
    }

    @Override
    public void close() {
      control.leave();
      control.close();
      ledger.close();
      dataPlane.close();
      tun.left().close();
      tun.right().close();
      identity.close();
    }
  }
}
