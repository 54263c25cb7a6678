package org.p2pvpn.overlay.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets on loopback. */
class NameServerTest {
  private static final InetAddress OWN = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("127.0.0.2");
  private static final Inet6Address BOB = (Inet6Address) InetAddress.ofLiteral("fd70::1234");
  private static final int REFUSED = 5;

  private int port;
  private NameServer server;

  @BeforeEach
  void serve() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, OWN)) {
      port = free.getLocalPort();
    }
    NameTable table = new NameTable(List.of(new NameTable.Entry(List.of("bob"), BOB, null)));
    server = new NameServer(new InetSocketAddress(OWN, port), () -> table);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static byte[] query(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(0x4242);
    out.writeShort(0x0100);
    out.writeShort(1);
    out.write(new byte[6]);
    for (String label : name.split("\\.", -1)) {
      out.writeByte(label.length());
      out.write(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.writeByte(0);
    out.writeShort(28);
    out.writeShort(1);
    return bytes.toByteArray();
  }

  private byte[] askByUdp(InetAddress from, byte[] query) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, from)) {
      socket.setSoTimeout(from.equals(OWN) ? 5000 : 300);
      socket.send(new DatagramPacket(query, query.length, OWN, port));
      DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
      socket.receive(answer);
      return Arrays.copyOf(answer.getData(), answer.getLength());
    }
  }

  private byte[] askByTcp(byte[] query) throws IOException {
    try (Socket socket = new Socket(OWN, port)) {
      socket.setSoTimeout(5000);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(query.length);
      out.write(query);
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      return in.readNBytes(in.readUnsignedShort());
    }
  }

  private static int code(byte[] answer) {
    return answer[3] & 0xf;
  }

  @Test
  void aPeerIsFoundByUdpAndByTcp() throws IOException {
    for (byte[] answer : List.of(askByUdp(OWN, query("bob.p2p")), askByTcp(query("bob.p2p")))) {
      assertThat(answer).startsWith(0x42, 0x42).endsWith(BOB.getAddress());
      assertThat(code(answer)).isZero();
    }
  }

  @Test
  void otherNamesAreRefusedWhileThereIsNobodyToAsk() throws IOException {
    assertThat(code(askByUdp(OWN, query("example.org")))).isEqualTo(REFUSED);
    assertThat(code(askByTcp(query("example.org")))).isEqualTo(REFUSED);
    assertThat(server.counters()).containsEntry("names_refused", 2L);
  }

  @Test
  void whoAsksFromElsewhereIsNotAnswered() throws IOException {
    Optional<InetAddress> elsewhere =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .findFirst();
    assumeThat(elsewhere).as("an address of this host that is not loopback").isPresent();
    assertThatThrownBy(() -> askByUdp(elsewhere.orElseThrow(), query("bob.p2p")))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(server.counters()).containsEntry("names_of_others_dropped", 1L);
  }

  @Test
  void otherNamesAreHandedOnByteForByteAndPeersNever() throws Exception {
    try (DatagramSocket resolver = new DatagramSocket(0, OTHER)) {
      server.forwardTo(List.of(new InetSocketAddress(OTHER, resolver.getLocalPort())));
      byte[] strange = Arrays.copyOf(query("example.org"), 60);
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      DatagramPacket heard = new DatagramPacket(new byte[512], 512);
                      resolver.receive(heard);
                      byte[] answer = Arrays.copyOf(heard.getData(), heard.getLength());
                      answer[2] |= (byte) 0x80;
                      resolver.send(
                          new DatagramPacket(answer, answer.length, heard.getSocketAddress()));
                    } catch (IOException _) {
                      // The test sees that nothing comes.
                    }
                  });
      byte[] answer = askByUdp(OWN, strange);
      thread.join();
      answer[2] &= 0x7f;
      assertThat(answer).isEqualTo(strange);
      assertThat(code(askByUdp(OWN, query("nobody.p2p")))).isEqualTo(3);
      assertThat(server.counters()).containsEntry("names_handed_on", 1L);
    }
  }

  @Test
  void whatIsNoQuestionIsCountedAndTheNextOneIsAnswered() throws IOException {
    assertThatThrownBy(
            () -> {
              try (DatagramSocket socket = new DatagramSocket(0, OWN)) {
                socket.setSoTimeout(300);
                for (int length = 0; length < 12; length++) {
                  socket.send(new DatagramPacket(new byte[length], length, OWN, port));
                }
                byte[] half = Arrays.copyOf(query("bob.p2p"), 16);
                socket.send(new DatagramPacket(half, half.length, OWN, port));
                socket.receive(new DatagramPacket(new byte[512], 512));
              }
            })
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(server.counters().get("names_malformed")).isGreaterThanOrEqualTo(12);
    assertThat(code(askByUdp(OWN, query("bob.p2p")))).isZero();
  }

  @Test
  void aPortThatIsTakenIsToldAndNothingStays() {
    assertThatThrownBy(
            () -> new NameServer(new InetSocketAddress(OWN, port), () -> NameTable.EMPTY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot listen on udp");
  }
}
