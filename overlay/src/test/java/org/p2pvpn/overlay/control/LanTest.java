package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.lan.BeaconCheck;
import org.p2pvpn.overlay.discovery.lan.BeaconWriter;
import org.p2pvpn.overlay.discovery.lan.LanLink;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.AddressGuard;

class LanTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final InetAddress OWN = InetAddress.ofLiteral("192.0.2.9");
  private static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.1");
  private static final LanLink LINK = new LanLink("eth0", 7, List.of(new LanLink.Address(OWN, 24)));

  @TempDir Path folder;
  private final Identity own = TestPeers.identity(1);
  private final Identity other = TestPeers.identity(2);
  private final NodeId otherId = NodeId.ofPublicKey(other.signingKey());
  private final List<String> done = new ArrayList<>();
  private PeerBook peers;
  private long now = 100 * SECOND;
  private long sequence;

  @BeforeEach
  void emptyBook() {
    peers = new PeerBook(folder.resolve("peers"), AddressGuard.Pair.NONE);
  }

  private Lan lan(boolean strangersJoin) {
    Lan lan =
        new Lan(
            strangersJoin,
            peers,
            new BeaconWriter(own, "own", null, strangersJoin, new Random(1)),
            new BeaconCheck(NodeId.ofPublicKey(own.signingKey()), null, now),
            () -> ++sequence,
            new Random(2),
            new Recorder(),
            now);
    lan.onLinks(List.of(LINK), 28_790, now);
    return lan;
  }

  private byte[] beacon(boolean toAll) {
    return new BeaconWriter(other, "other", null, toAll, new Random(sequence))
        .write(++sequence, 4242, THERE);
  }

  private static void hear(Lan lan, byte[] beacon, long now) {
    BeaconCheck.Result.Heard heard = lan.read(beacon, THERE, now);
    if (heard != null) {
      lan.onBeacon(heard, THERE, now);
    }
  }

  private Peer known() {
    return peers.add(otherId, other.signingKey(), other.staticKey(), Peer.Origin.JOINED, now);
  }

  @Test
  void aPeerThatIsHeardIsCalledThereFirst() {
    Peer peer = known();
    Lan lan = lan(false);
    peer.learn(new InetSocketAddress("198.51.100.1", 1));
    hear(lan, beacon(false), now);
    assertThat(done).containsExactly("call 192.0.2.1:4242");
    assertThat(peer.candidates.getFirst()).isEqualTo(new InetSocketAddress(THERE, 4242));
  }

  @Test
  void aPeerThatCameLaterIsHeardFromTheNextTickOn() {
    Lan lan = lan(false);
    known();
    hear(lan, beacon(false), now);
    assertThat(done).isEmpty();
    lan.onTick(now);
    hear(lan, beacon(false), now);
    assertThat(done).contains("call 192.0.2.1:4242");
  }

  @Test
  void aPeerIsNotCalledForEveryBeacon() {
    known();
    Lan lan = lan(false);
    for (int i = 0; i < 5; i++) {
      hear(lan, beacon(false), now);
    }
    assertThat(done).hasSize(1);
    now += 11 * SECOND;
    hear(lan, beacon(false), now);
    assertThat(done).hasSize(2);
  }

  @Test
  void aStrangerIsListedAndNotCalled() {
    Lan lan = lan(false);
    hear(lan, beacon(true), now);
    now += 2 * SECOND;
    hear(lan, beacon(true), now);
    assertThat(done).isEmpty();
    assertThat(lan.strangers(now))
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.state()).isEqualTo("stranger");
              assertThat(peer.name()).isEqualTo("other");
              assertThat(peer.endpoint()).isEqualTo("192.0.2.1:4242");
            });
    assertThat(lan.admit(otherId, other.staticKey(), THERE, now)).isNull();
    now += 120 * SECOND;
    assertThat(lan.strangers(now)).isEmpty();
  }

  @Test
  void whereStrangersMayJoinTheyHearOfUsBeforeTheyAreCalled() {
    Lan lan = lan(true);
    lan.onTick(now);
    done.clear();
    now += 10 * SECOND;
    lan.onTick(now);
    done.clear();
    now += 2 * SECOND;
    hear(lan, beacon(true), now);
    lan.onTick(now);
    assertThat(done).containsExactly("beacon");
    now += SECOND;
    hear(lan, beacon(true), now);
    assertThat(done).containsExactly("beacon", "known", "call 192.0.2.1:4242");
    assertThat(peers.get(otherId)).isNotNull();
    assertThat(lan.strangers(now)).isEmpty();
  }

  @Test
  void whoWasHeardMayComeInFromThatAddressOnly() {
    Lan lan = lan(true);
    assertThat(lan.admit(otherId, other.staticKey(), THERE, now)).isNull();
    hear(lan, beacon(true), now);
    assertThat(lan.admit(otherId, other.staticKey(), OWN, now)).isNull();
    assertThat(lan.admit(otherId, own.staticKey(), THERE, now)).isNull();
    assertThat(lan.admit(otherId, other.staticKey(), THERE, now)).isNotNull();
  }

  @Test
  void aNewLinkIsToldAtOnceAndThenMoreAndMoreSeldom() {
    Lan lan = lan(false);
    List<Long> times = new ArrayList<>();
    for (long at = 0; at < 70_000; at += 50) {
      int before = done.size();
      lan.onTick(now + TimeUnit.MILLISECONDS.toNanos(at));
      if (done.size() > before) {
        times.add(at);
      }
    }
    assertThat(times.subList(0, 4)).containsExactly(0L, 1000L, 3000L, 7000L);
    assertThat(times.get(4)).isBetween(37_000L, 42_100L);
    assertThat(times).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void oneThatMayNotLearnOurAddressIsNotCalled() {
    Peer peer = known();
    Lan lan = lan(false);
    hidden = true;
    hear(lan, beacon(false), now);
    assertThat(done).isEmpty();
    assertThat(peer.candidates).isEmpty();
  }

  private boolean hidden;

  private final class Recorder implements Lan.Outlet {
    @Override
    public void sendBeacon(LanLink link, InetAddress from, byte[] beacon) {
      done.add("beacon");
    }

    @Override
    public void callAt(Peer peer, InetSocketAddress there, long nowNanos) {
      done.add("call " + there.getAddress().getHostAddress() + ":" + there.getPort());
    }

    @Override
    public void onKnown() {
      done.add("known");
    }

    @Override
    public boolean isBehindRelays(NodeId id) {
      return hidden;
    }
  }
}
