package org.p2pvpn.overlay.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How event loops wait for the kernel. Epoll is the default because it is faster here: Netty's
 * io_uring datagram channel has no UDP_GRO, so every datagram is a completion of its own.
 */
public enum Driver {
  EPOLL(
      EpollDatagramChannel.class,
      EpollIoHandler::newFactory,
      EpollDatagramChannel::isSegmentedDatagramPacketSupported),
  IO_URING(
      IoUringDatagramChannel.class,
      IoUringIoHandler::newFactory,
      IoUringDatagramChannel::isSegmentedDatagramPacketSupported);

  private final Class<? extends DatagramChannel> channelType;

  @SuppressWarnings("ImmutableEnumChecker") // method references to static methods
  private final Supplier<IoHandlerFactory> loops;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Supplier<Boolean> segments;

  Driver(
      Class<? extends DatagramChannel> channelType,
      Supplier<IoHandlerFactory> loops,
      Supplier<Boolean> segments) {
    this.channelType = channelType;
    this.loops = loops;
    this.segments = segments;
  }

  /**
   * The driver a setting names.
   *
   * @throws TransportException when this kernel does not offer it
   */
  public static Driver of(String setting) {
    if (!setting.equals("io_uring")) {
      return EPOLL;
    }
    if (!IoUring.isAvailable()) {
      throw new TransportException(
          "interface.transport = \"io_uring\": this kernel refuses it: "
              + IoUring.unavailabilityCause().getMessage());
    }
    return IO_URING;
  }

  /** So many event loops, on daemon threads of this name. */
  public MultiThreadIoEventLoopGroup newLoops(int threads, String name) {
    var group =
        new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), loops.get());
    // Netty's loops wake up once a second unless something is planned for later: a tenth of what an
    // idle node costs.
    for (EventExecutor loop : group) {
      var _ = loop.schedule(() -> {}, 1000, TimeUnit.DAYS);
    }
    return group;
  }

  Class<? extends DatagramChannel> channelType() {
    return channelType;
  }

  /** Whether one send may carry a train of datagrams. */
  boolean segments() {
    return segments.get();
  }
}
