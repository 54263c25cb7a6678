package org.p2pvpn.overlay.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.noise.TimestampStore;
import org.p2pvpn.overlay.control.ControlPlane;
import org.p2pvpn.overlay.control.Lent;
import org.p2pvpn.overlay.control.PeerReport;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.InviteToken;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.OverlayAddress;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.transport.Driver;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.segment.SplitVerdict;
import org.p2pvpn.tun.segment.Splitter;

/**
 * A node as OverlayNode puts it together, with a pipe for a TUN device and without a host. The test
 * is the kernel at the pipe's other end, on one thread.
 */
final class SimulatedNode implements AutoCloseable, ControlPlane.Events {
  private static final int MTU_BYTES = 1400;

  final int number;
  final ControlPlane control;
  final Queue<String> refusals = new ConcurrentLinkedQueue<>();
  final Queue<LeaseGrant> leases = new ConcurrentLinkedQueue<>();

  private final Identity identity;
  private final NodeId id;
  private final PipeTuns tun;
  private final DataPlane dataPlane;
  private final TunBuffer buffer = TunBuffer.allocate(VirtioHeader.BYTES + 65_535);
  private final Splitter splitter = new Splitter();

  /** The number makes the identity, so that a node can come back after it was closed. */
  SimulatedNode(int number, Path folder, Suite suite, Driver driver, int shards) {
    this.number = number;
    tun = new PipeTuns(shards, MTU_BYTES);
    tun.up();
    byte[] seed = new byte[Identity.SEED_BYTES];
    Arrays.fill(seed, (byte) number);
    identity = Identity.ofSeed(seed);
    id = NodeId.ofPublicKey(identity.signingKey());
    Path state = folder.resolve("node-" + number);
    try {
      Files.createDirectories(state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TimestampStore timestamps =
        TimestampStore.open(
            state.resolve("timestamps"), System.currentTimeMillis() * 1_000_000, _ -> {});
    control =
        new ControlPlane(new ControlPlane.Settings(identity, suite, name(), state, timestamps));
    dataPlane =
        new DataPlane(
            tun,
            0,
            new DataPlane.Settings(driver, 0, MTU_BYTES, shards, TunOffloads.ALL),
            new EpochTable(shards),
            control.dataPlaneEvents());
    control.attach(dataPlane, shards, this);
    control.start();
    dataPlane.start();
  }

  String name() {
    return "node-" + number;
  }

  InetSocketAddress endpoint() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), dataPlane.udpPort());
  }

  AddressGuard.Pair addresses() {
    ByteBuffer six = ByteBuffer.wrap(OverlayAddress.ipv6(id).getAddress());
    return new AddressGuard.Pair(
        ByteBuffer.wrap(OverlayAddress.ipv4(id).getAddress()).getInt(),
        six.getLong(),
        six.getLong());
  }

  /** Lets the other in when it calls. */
  void knows(SimulatedNode other) {
    introduce(other, List.of(), null, false);
  }

  /** Calls the other there, and shakes hands anew if there are keys already. */
  void calls(SimulatedNode other, InetSocketAddress there) {
    introduce(other, List.of(there), null, true);
  }

  void callsWith(InviteToken token, SimulatedNode other) {
    introduce(other, List.of(other.endpoint()), token, true);
  }

  private void introduce(
      SimulatedNode other,
      List<InetSocketAddress> endpoints,
      @Nullable InviteToken token,
      boolean wanted) {
    NodeAddress address =
        new NodeAddress(
            other.identity.signingKey(),
            other.identity.staticKey(),
            List.of(new HostPort("127.0.0.1", other.dataPlane.udpPort())),
            token,
            other.name());
    control.addPeer(address, other.name(), token == null ? "config" : "invite", endpoints, wanted);
  }

  PeerReport report(SimulatedNode other) {
    return control.snapshot().peers().stream()
        .filter(peer -> peer.nodeId().equals(other.id.toString()))
        .findFirst()
        .orElseThrow();
  }

  boolean isConnectedTo(SimulatedNode other) {
    return report(other).state().equals("connected");
  }

  long count(String counter) {
    return control.snapshot().counters().getOrDefault(counter, 0L);
  }

  void sendIpv6(SimulatedNode to, byte[] payload) {
    write(Packets.ipv6(addresses(), to.addresses(), payload));
  }

  void sendIpv4(SimulatedNode to, byte[] payload) {
    write(Packets.ipv4(addresses(), to.addresses(), payload));
  }

  /** Any packet, as if the host's kernel had routed it to the TUN device. */
  void write(byte[] packet) {
    byte[] onTun = Packets.onTun(packet);
    buffer.bytes().put(0, onTun);
    if (tun.writeAsKernel(buffer, onTun.length) != onTun.length) {
      throw new IllegalStateException(name() + ": the pipe is full");
    }
  }

  /** Adds the inner packets that have arrived to {@code packets}, super-packets cut up. */
  void receive(List<byte[]> packets) {
    for (int length = tun.readAsKernel(buffer); length > 0; length = tun.readAsKernel(buffer)) {
      if (splitter.begin(buffer, 0, length, 65_535) != SplitVerdict.PASSED) {
        throw new AssertionError("what reached the TUN cannot be split");
      }
      for (int i = 0; i < splitter.segments(); i++) {
        byte[] packet = new byte[splitter.segmentLength(i)];
        splitter.copySegment(i, packet, 0);
        packets.add(packet);
      }
    }
  }

  @Override
  public void onConnected(NodeId peer, String name) {}

  @Override
  public void onRefused(NodeId peer, String name, String why) {
    refusals.add(why);
  }

  @Override
  public void onLease(TrafficClass traffic, Lent lent) {
    leases.add(lent.present());
  }

  /** Without a word to the others, as a crash would end it. */
  @Override
  public void close() {
    control.close();
    dataPlane.close();
    tun.close();
    identity.close();
  }
}
