package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.Initiator;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.identity.NodeAddress;

/**
 * Sends well-formed initiations of nodes that nobody knows, from addresses all over 11.0.0.0/8, and
 * looks at every answer. Arguments: the target's invite line, address, a second's share, a file
 * whose appearance ends it, and the target's port.
 */
final class FlooderMain {
  private static final int SOURCES = 1000;
  private static final int INITIATIONS = 500;
  private static final int BATCH = 50;
  private static final int SECONDS_MAX = 60;

  private FlooderMain() {}

  public static void main(String[] arguments) throws IOException {
    byte[] victim = NodeAddress.parse(arguments[0]).x25519PublicKey();
    var target =
        new InetSocketAddress(InetAddress.getByName(arguments[1]), Integer.parseInt(arguments[4]));
    int perSecond = Integer.parseInt(arguments[2]);
    Path stop = Path.of(arguments[3]);
    long count = 0;
    Random random = new Random(1);
    List<byte[]> initiations = initiations(victim, random);
    List<DatagramChannel> sources = sources(random);
    System.out.println("flooding");
    long began = System.nanoTime();
    while (count < (long) perSecond * SECONDS_MAX && (count % 1000 != 0 || !Files.exists(stop))) {
      ByteBuffer datagram = ByteBuffer.wrap(initiations.get((int) (count % INITIATIONS)));
      sources.get(random.nextInt(SOURCES)).send(datagram, target);
      count++;
      if (count % BATCH == 0) {
        LockSupport.parkNanos(began + count * 1_000_000_000L / perSecond - System.nanoTime());
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    long replies = 0;
    int largest = 0;
    for (DatagramChannel source : sources) {
      ByteBuffer answer = ByteBuffer.allocate(65_535);
      while (source.receive(answer) != null) {
        replies++;
        largest = Math.max(largest, answer.position());
        answer.clear();
      }
    }
    System.out.printf(
        "sent %d rate %.0f replies %d largest %d request %d%n",
        count, count / seconds, replies, largest, initiations.getFirst().length);
  }

  private static List<byte[]> initiations(byte[] victim, Random random) {
    List<byte[]> made = new ArrayList<>();
    byte[] seed = new byte[Identity.SEED_BYTES];
    random.nextBytes(seed);
    try (Identity stranger = Identity.ofSeed(seed)) {
      for (int i = 0; i < INITIATIONS; i++) {
        long timestamp = System.currentTimeMillis() * 1_000_000L + i;
        try (Initiator initiator =
            new Initiator(
                stranger,
                Suite.AESGCM_SHA256,
                victim,
                random.nextInt(),
                timestamp,
                new byte[16],
                null)) {
          made.add(initiator.initiation());
        }
      }
    }
    return made;
  }

  private static List<DatagramChannel> sources(Random random) throws IOException {
    List<DatagramChannel> sources = new ArrayList<>();
    for (int i = 0; i < SOURCES; i++) {
      byte[] address = {11, (byte) random.nextInt(256), (byte) random.nextInt(256), 1};
      DatagramChannel source = DatagramChannel.open();
      source.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
      source.configureBlocking(false);
      sources.add(source);
    }
    return sources;
  }
}
