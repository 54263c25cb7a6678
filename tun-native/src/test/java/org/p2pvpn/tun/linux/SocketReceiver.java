package org.p2pvpn.tun.linux;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.segment.Joiner;
import org.p2pvpn.tun.segment.PacketBuilder;

/** Run in a namespace by {@link KernelSegmentationIT}: real sockets behind our joined packets. */
final class SocketReceiver {
  private static final byte[] HOST = {10, 9, 0, 1};
  private static final int PORT = 7000;

  private SocketReceiver() {}

  public static void main(String[] args) throws IOException {
    try (ForwardingKernel kernel = new ForwardingKernel(TunOffloads.NONE)) {
      receiveDatagrams(kernel);
      receiveStream(kernel);
    }
    System.out.println("received");
  }

  private static void receiveDatagrams(ForwardingKernel kernel) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(PORT, InetAddress.getByAddress(HOST))) {
      socket.setSoTimeout(2000);
      Joiner joiner = joinerInto(kernel);
      for (int i = 0; i < 40; i++) {
        PacketBuilder datagram = PacketBuilder.udp4().to(HOST, PORT).id(i);
        accept(joiner, datagram.payload(filled(i == 39 ? 5 : 1200, i)), i % 2 == 0);
      }
      joiner.flush();
      for (int i = 0; i < 40; i++) {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        byte[] payload = Arrays.copyOf(packet.getData(), packet.getLength());
        check(Arrays.equals(payload, filled(i == 39 ? 5 : 1200, i)), "datagram " + i);
      }
    }
  }

  private static void receiveStream(ForwardingKernel kernel) throws IOException {
    try (ServerSocket server = new ServerSocket(PORT, 1, InetAddress.getByAddress(HOST))) {
      Joiner joiner = joinerInto(kernel);
      accept(joiner, tcp(0).sequence(999).flags(2), false);
      List<byte[]> answer = kernel.read(kernel.in().queues().getFirst(), 1);
      ByteBuffer synAck = ByteBuffer.wrap(answer.getFirst());
      check(synAck.get(33) == 0x12, "SYN-ACK");
      int acknowledgement = synAck.getInt(24) + 1;
      accept(joiner, tcp(0).sequence(1000).acknowledgement(acknowledgement), false);
      for (int i = 0; i < 40; i++) {
        PacketBuilder segment = tcp(i).acknowledgement(acknowledgement);
        accept(joiner, segment.sequence(1000 + i * 1000).payload(filled(1000, i)), i % 2 == 0);
      }
      joiner.flush();
      server.setSoTimeout(2000);
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(2000);
        InputStream stream = socket.getInputStream();
        for (int i = 0; i < 40; i++) {
          check(Arrays.equals(stream.readNBytes(1000), filled(1000, i)), "segment " + i);
        }
      }
    }
  }

  private static PacketBuilder tcp(int i) {
    return PacketBuilder.tcp4().to(HOST, PORT).id(i).window(60_000);
  }

  private static Joiner joinerInto(ForwardingKernel kernel) {
    return new Joiner(
        TunOffloads.ALL,
        (TunBuffer buffer, int at, int length) -> {
          int written = kernel.in().queues().getFirst().write(buffer, at, length);
          check(written == length, "write answered " + written);
        });
  }

  private static void accept(Joiner joiner, PacketBuilder builder, boolean partial) {
    byte[] packet = partial ? builder.buildPartial() : builder.build();
    check(!joiner.accept(packet, 0, packet.length, partial).dropped(), "dropped");
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
