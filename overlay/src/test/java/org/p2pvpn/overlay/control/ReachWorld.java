package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.ReachMessage;

/** One node's {@link Reach} and what it sends, in virtual time; the test is everybody else. */
final class ReachWorld implements Reach.Outlet {
  static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  final PeerBook book = new PeerBook(Path.of("never written"), TestPeers.OWN);
  final ControlCounters counters = new ControlCounters();

  /** To whom, and what. */
  record Sent(Peer to, ControlMessage message) {}

  /** Of a call: where to, and when. */
  record Call(InetSocketAddress place, long atNanos) {}

  /** Of a padded ping: its id, and the datagram it makes. */
  record Probed(Session session, long id, int datagramBytes) {}

  final List<Sent> sent = new ArrayList<>();
  final List<Call> calls = new ArrayList<>();
  final List<Way> nested = new ArrayList<>();
  final List<Peer> hidden = new ArrayList<>();
  final List<NodeId> askedAbout = new ArrayList<>();
  final List<Peer> called = new ArrayList<>();
  final List<Peer> pinged = new ArrayList<>();
  final List<Probed> probes = new ArrayList<>();
  final List<Runnable> refusals = new ArrayList<>();
  int ownLinkTakes = 65_535;
  long now = 1_000_000_000_000L;
  int initiations;
  private int index = 100;

  final Reach reach = new Reach(book, new Random(7), counters, this, now);

  Peer peer(int number) {
    return TestPeers.add(book, number, "node-" + number, Peer.Origin.CONFIG);
  }

  Peer connected(int number) {
    Peer peer = peer(number);
    peer.session.moveTo(TestPeers.endpoint(number));
    TestPeers.connect(peer, now);
    return peer;
  }

  /** As Upkeep does: the n-th initiation of a row. */
  boolean initiate(Peer peer, int attempts) {
    peer.retry = new HandshakeRetry(attempts, now, now);
    return reach.initiate(peer, now);
  }

  void pass(long nanos) {
    for (long end = now + nanos; now < end; ) {
      now += MILLI;
      reach.onTick(now);
      refusals.forEach(Runnable::run);
      refusals.clear();
      if (now / MILLI % 50 == 0) {
        reach.onSlowTick(now);
      }
    }
  }

  /** As Handshakes and the controller do when a response has come. */
  void establish(Peer peer, @Nullable Way way, boolean initiator) {
    Epoch epoch =
        new Epoch(
            peer.session, Epochs.keys(Suite.AESGCM_SHA256, 1, 2), index, 2, initiator, 1, now);
    peer.session.way(way);
    reach.beforeSending(peer, epoch);
    peer.session.sendWith(epoch);
    peer.retry = null;
    reach.onSending(peer, now);
  }

  <T extends ReachMessage> List<T> said(Class<T> kind) {
    return sent.stream()
        .map(Sent::message)
        .filter(ControlMessage.Reach.class::isInstance)
        .map(message -> ((ControlMessage.Reach) message).message())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  /** To whom that was said, in order. */
  List<Peer> peersTold(Class<? extends ReachMessage> kind) {
    return sent.stream()
        .filter(
            it -> it.message() instanceof ControlMessage.Reach(var said) && kind.isInstance(said))
        .map(Sent::to)
        .toList();
  }

  <T extends ControlMessage> List<T> told(Class<T> kind) {
    return sent.stream().map(Sent::message).filter(kind::isInstance).map(kind::cast).toList();
  }

  long count(String counter) {
    Map<String, Long> sums = new TreeMap<>();
    counters.addTo(sums);
    return sums.getOrDefault(counter, 0L);
  }

  @Override
  public void send(Peer peer, ControlMessage message) {
    sent.add(new Sent(peer, message));
  }

  @Override
  public byte[] initiation(Peer peer, InetSocketAddress firstPlace, long nowNanos) {
    initiations++;
    return new byte[] {(byte) initiations};
  }

  @Override
  public void sendTo(byte[] initiation, InetSocketAddress place) {
    calls.add(new Call(place, now));
  }

  @Override
  public int newIndex(Peer peer) {
    return ++index;
  }

  @Override
  public void initiate(Peer peer, int circuit, Way way, long nowNanos) {
    nested.add(way);
  }

  @Override
  public int mtuBytes() {
    return 1407;
  }

  @Override
  public boolean isExit(Peer peer) {
    return false;
  }

  @Override
  public void probe(Session session, byte[] plaintext, Runnable refused) {
    var ping = ControlMessage.read(Arrays.copyOfRange(plaintext, 1, plaintext.length));
    long id = ping instanceof ControlMessage.Ping(long drawn) ? drawn : 0;
    Probed probed = new Probed(session, id, plaintext.length + DataMessage.BYTES_MIN);
    probes.add(probed);
    if (probed.datagramBytes() > ownLinkTakes) {
      refusals.add(refused);
    }
  }

  @Override
  public long ping(Peer peer, long nowNanos) {
    pinged.add(peer);
    return 0;
  }

  @Override
  public void call(Peer peer, long nowNanos) {
    called.add(peer);
  }

  @Override
  public void forgetInitiations(Peer peer) {}

  @Override
  public void askAbout(NodeId node, Peer whom) {
    askedAbout.add(node);
  }

  @Override
  public boolean isHidden(Peer peer) {
    return hidden.contains(peer);
  }
}
