package org.p2pvpn.overlay.dataplane;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.transport.DatagramReceiver;
import org.p2pvpn.overlay.transport.UdpTransport;

/** A real socket of ours and, at the other end of the loopback, one that listens. */
final class WireEnd implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final DatagramSocket listener;
  final UdpTransport udp;

  WireEnd(DatagramReceiver receiver) {
    try {
      listener = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      listener.setReceiveBufferSize(1 << 20);
      listener.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    udp =
        UdpTransport.bind(
            org.p2pvpn.overlay.transport.Driver.EPOLL, loops.next(), 0, 0, false, receiver);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(listener.getLocalAddress(), listener.getLocalPort());
  }

  /** Runs on the event loop, as everything of the data plane does. */
  void onLoop(Runnable action) {
    loops.submit(action).syncUninterruptibly();
  }

  List<byte[]> receive(int count) {
    List<byte[]> datagrams = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        DatagramPacket datagram = new DatagramPacket(new byte[65_535], 65_535);
        listener.receive(datagram);
        datagrams.add(Arrays.copyOf(datagram.getData(), datagram.getLength()));
      }
      return datagrams;
    } catch (IOException e) {
      throw new UncheckedIOException(datagrams.size() + " of " + count + " datagrams", e);
    }
  }

  @Override
  public void close() {
    udp.close();
    listener.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
