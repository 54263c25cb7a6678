package org.p2pvpn.cli.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The traffic, in a JVM of its own inside a namespace: {@code serve} or {@code ask}. Ends with its
 * standard input, so that it never outlives a lab that was killed.
 */
public final class TrafficMain {
  static final int PORT = 80;

  /** Ours: patience for one question; on a lossy link TCP tries after 1, 3 and 7 s. */
  private static final int TIMEOUT_MILLIS = 8000;

  private static final int PING_MILLIS = 2000;

  private static final int CHUNK_BYTES = 128 << 10;
  private static final int REPORT_EVERY_MILLIS = 250;

  /** Ours: 26 Mbit/s, which leaves two cores time for everything else that is shown. */
  private static final int PACED_CHUNK_BYTES = 16 << 10;

  private static final int PACED_EVERY_MILLIS = 5;

  private static final Ticks TICKS = new Ticks();

  private TrafficMain() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (arguments[0].equals("serve")) {
      Thread.ofPlatform().daemon().start(TrafficMain::serve);
      Thread.ofPlatform().daemon().start(Ticks::echo);
    }
    for (@Nullable String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      Thread.ofPlatform().daemon().start(() -> ask(words));
    }
  }

  /** One letter asks: w who am I to you, d download from me, p a little at a time, u upload. */
  private static void serve() {
    try (ServerSocket server = new ServerSocket(PORT)) {
      say("ready");
      while (true) {
        Socket socket = server.accept();
        Thread.ofPlatform().daemon().start(() -> answer(socket));
      }
    } catch (IOException e) {
      say("failed " + e.getMessage());
      System.exit(1);
    }
  }

  private static void answer(Socket socket) {
    try (socket) {
      String remote = text(socket.getInetAddress());
      int question = socket.getInputStream().read();
      say("saw " + remote + " " + (char) question);
      switch (question) {
        case 'w' -> socket.getOutputStream().write(remote.getBytes(StandardCharsets.US_ASCII));
        case 'd' -> send(socket.getOutputStream(), new AtomicLong());
        case 'p' -> sendPaced(socket.getOutputStream());
        default -> receive(socket, new AtomicLong());
      }
    } catch (IOException _) {
      // The other end closed: how every stream of ours ends.
    }
  }

  /**
   * {@code who ADDRESS}, {@code ping ADDRESS}, {@code stream ADDRESS d|u|p}, {@code tick ADDRESS},
   * {@code gap ADDRESS begin|end}.
   */
  private static void ask(String[] words) {
    String subject = words[0] + " " + words[1] + " ";
    try {
      switch (words[0]) {
        case "who" -> say(subject + who(words[1]));
        case "ping" -> say(subject + ping(words[1]));
        case "tick" -> TICKS.run(words[1]);
        case "gap" -> {
          if (words[2].equals("begin")) {
            TICKS.begin();
          } else {
            say(subject + TICKS.end());
          }
        }
        default -> stream(words[1], words[2].charAt(0), subject);
      }
    } catch (IOException e) {
      say("failed " + words[1] + " " + words[0] + ": " + e.getMessage());
    }
  }

  private static String who(String address) throws IOException {
    try (Socket socket = connect(address, 'w')) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** ICMP: as root the JDK sends a real echo request. */
  private static String ping(String address) throws IOException {
    long start = System.nanoTime();
    boolean answered = InetAddress.getByName(address).isReachable(PING_MILLIS);
    return answered ? Long.toString(System.nanoTime() - start) : "-1";
  }

  private static void stream(String address, char direction, String subject) throws IOException {
    AtomicLong bytes = new AtomicLong();
    try (Socket socket = connect(address, direction)) {
      int port = socket.getLocalPort();
      Thread.ofPlatform().daemon().start(() -> report(subject, bytes, port));
      if (direction == 'u') {
        send(socket.getOutputStream(), bytes);
      } else {
        receive(socket, bytes);
      }
    }
    throw new IOException("the stream ended after " + bytes + " bytes");
  }

  /** The port is what tells one connection from the next. */
  private static void report(String subject, AtomicLong bytes, int port) {
    try {
      while (true) {
        Thread.sleep(REPORT_EVERY_MILLIS);
        say(subject + bytes.get() + " " + System.nanoTime() + " " + port);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Socket connect(String address, char question) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(address, PORT), TIMEOUT_MILLIS);
    socket.getOutputStream().write(question);
    return socket;
  }

  private static void send(OutputStream out, AtomicLong bytes) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    while (true) {
      out.write(chunk);
      bytes.addAndGet(chunk.length);
    }
  }

  private static void sendPaced(OutputStream out) throws IOException {
    byte[] chunk = Ticks.marked(PACED_CHUNK_BYTES);
    try {
      while (true) {
        out.write(chunk);
        Thread.sleep(PACED_EVERY_MILLIS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void receive(Socket socket, AtomicLong bytes) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    int count = socket.getInputStream().read(chunk);
    while (count >= 0) {
      bytes.addAndGet(count);
      count = socket.getInputStream().read(chunk);
    }
  }

  private static String text(InetAddress address) {
    return ShortAddress.of(address);
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
