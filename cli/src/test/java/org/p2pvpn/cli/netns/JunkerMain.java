package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.EpochKeys;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.Initiator;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.discovery.advert.AdvertSigner;
import org.p2pvpn.overlay.discovery.advert.Capacity;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.Place;
import org.p2pvpn.overlay.discovery.advert.Protocols;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.discovery.advert.Validity;
import org.p2pvpn.overlay.identity.InviteToken;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.AddressGuard.Pair;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.DiscoveryMessage;
import org.p2pvpn.overlay.wire.Frame;

/**
 * Several nodes that joined by an invite, with sessions as good as anybody's, and hand over junk:
 * adverts of nodes that are not there, rightly signed; the same with a wrong signature; noise.
 * Nobody looks at the answers. Arguments: the target's invite line, address, a second's share of
 * all, a file whose appearance ends it, the port that the junk goes to, how many nodes.
 */
final class JunkerMain {
  private static final int PORT = 28790;
  private static final int ADVERTS = 3000;
  private static final int BATCH = 50;
  private static final int SECONDS_MAX = 120;
  private static final int DATAGRAM_BYTES_MAX = 1500;
  private static final int ANSWER_MILLIS = 300;
  private static final int TRIES_MAX = 60;

  private static final AddressGuard NOBODY =
      new AddressGuard(Pair.NONE, Pair.NONE, Pair.NONE, Pair.NONE);

  private JunkerMain() {}

  /** One hostile node: its keys with the target, and the socket that they belong to. */
  private record Member(DatagramSocket socket, Epoch epoch) {
    void send(byte[] message, InetSocketAddress to) throws IOException {
      byte[] datagram = new byte[DataMessage.OVERHEAD_BYTES + message.length];
      long counter = epoch.reserve(1, System.nanoTime());
      if (counter < 0) {
        throw new IOException("the keys are worn out");
      }
      DataMessage.writeHeader(datagram, 0, epoch.remoteIndex(), counter);
      datagram[DataMessage.HEADER_BYTES] = Frame.CONTROL;
      System.arraycopy(
          message, 0, datagram, DataMessage.HEADER_BYTES + DataMessage.FRAME_BYTES, message.length);
      int plaintext = DataMessage.FRAME_BYTES + message.length;
      epoch.seal(0, counter, datagram, DataMessage.HEADER_BYTES, plaintext);
      socket.send(new DatagramPacket(datagram, datagram.length, to));
    }
  }

  public static void main(String[] arguments) throws IOException {
    NodeAddress victim = NodeAddress.parse(arguments[0]);
    InetAddress address = InetAddress.getByName(arguments[1]);
    int perSecond = Integer.parseInt(arguments[2]);
    Path stop = Path.of(arguments[3]);
    var target = new InetSocketAddress(address, Integer.parseInt(arguments[4]));
    Random random = new Random(Long.parseLong(arguments[5]));
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[5]); i++) {
      members.add(join(victim, new InetSocketAddress(address, PORT), random));
    }
    List<byte[]> junk = junk(random);
    System.out.println("flooding");
    long count = 0;
    long began = System.nanoTime();
    while (count < (long) perSecond * SECONDS_MAX && (count % 1000 != 0 || !Files.exists(stop))) {
      Member member = members.get((int) (count % members.size()));
      member.send(junk.get(random.nextInt(junk.size())), target);
      count++;
      if (count % BATCH == 0) {
        LockSupport.parkNanos(began + count * 1_000_000_000L / perSecond - System.nanoTime());
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf("sent %d rate %.0f%n", count, count / seconds);
  }

  /** As any newcomer does: of one address not many are let in at a time, so it is patient. */
  private static Member join(NodeAddress victim, InetSocketAddress target, Random random)
      throws IOException {
    InviteToken token = victim.token();
    if (token == null) {
      throw new IOException("an invite without a token");
    }
    byte[] seed = new byte[Identity.SEED_BYTES];
    random.nextBytes(seed);
    DatagramSocket socket = new DatagramSocket();
    socket.setSoTimeout(ANSWER_MILLIS);
    try (Identity identity = Identity.ofSeed(seed)) {
      for (int i = 0; i < TRIES_MAX; i++) {
        Epoch epoch = shakeHands(identity, victim, token, socket, target, random.nextInt());
        if (epoch != null) {
          return new Member(socket, epoch);
        }
      }
    }
    throw new IOException("no session after %d tries".formatted(TRIES_MAX));
  }

  private static @Nullable Epoch shakeHands(
      Identity identity,
      NodeAddress victim,
      InviteToken token,
      DatagramSocket socket,
      InetSocketAddress target,
      int index)
      throws IOException {
    try (Initiator initiator =
        new Initiator(
            identity,
            Suite.AESGCM_SHA256,
            victim.x25519PublicKey(),
            index,
            System.currentTimeMillis() * 1_000_000L,
            token.toBytes(),
            null)) {
      byte[] initiation = initiator.initiation();
      socket.send(new DatagramPacket(initiation, initiation.length, target));
      DatagramPacket answer = new DatagramPacket(new byte[DATAGRAM_BYTES_MAX], DATAGRAM_BYTES_MAX);
      socket.receive(answer);
      if (initiator.handle(answer.getData(), answer.getLength())
          instanceof Initiator.Established(EpochKeys keys, int peerIndex)) {
        long now = System.nanoTime();
        Session session = new Session(0, NOBODY, target, now);
        return new Epoch(session, keys, index, peerIndex, true, 1, now);
      }
      return null;
    } catch (SocketTimeoutException _) {
      return null;
    }
  }

  /** Whole control messages, as they go under the seal. */
  private static List<byte[]> junk(Random random) {
    List<byte[]> made = new ArrayList<>();
    long now = System.currentTimeMillis() / 1000;
    for (int i = 0; i < ADVERTS; i++) {
      byte[] seed = new byte[Identity.SEED_BYTES];
      random.nextBytes(seed);
      byte[] advert;
      try (Identity identity = Identity.ofSeed(seed)) {
        byte[] place = {(byte) (20 + i % 80), (byte) (i >> 8), (byte) i, 1};
        Claims claims =
            new Claims(
                List.of(new InetSocketAddress(InetAddress.getByAddress(place), PORT)),
                Set.of(Role.RELAY),
                Place.UNSAID,
                Capacity.UNSAID,
                new Protocols(List.of(1), List.of(1, 2), "p2pvpn 0.1.0"),
                null,
                null,
                "",
                0);
        advert =
            new AdvertSigner(identity).sign(claims, new Validity(1, now - 60, now + 600)).toBytes();
      } catch (IOException e) {
        throw new IllegalStateException("four bytes are an address", e);
      }
      switch (i % 4) {
        case 0 -> advert[advert.length - 1] ^= 1; // the signature comes last
        case 1 -> random.nextBytes(advert);
        default -> {}
      }
      made.add(new ControlMessage.Discovery(new DiscoveryMessage.Advert(advert)).write());
    }
    return made;
  }
}
