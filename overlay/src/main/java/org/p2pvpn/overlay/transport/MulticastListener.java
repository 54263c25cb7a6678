package org.p2pvpn.overlay.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what comes for one multicast group of each family, on the links it was told to join and on
 * no others. A family that this host does not have is left out. Any thread may call.
 */
public final class MulticastListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MulticastListener.class);

  /** Longer ones are cut, and then are no beacons. */
  private static final int DATAGRAM_BYTES_MAX = 2048;

  // linux/in.h, linux/in6.h: without it a socket hears what any other program joined.
  private static final ChannelOption<Integer> IP_MULTICAST_ALL =
      new IntegerUnixChannelOption("IP_MULTICAST_ALL", 0, 49);
  private static final ChannelOption<Integer> IPV6_MULTICAST_ALL =
      new IntegerUnixChannelOption("IPV6_MULTICAST_ALL", 41, 29);

  /** Else IPv4's would come twice. */
  private static final ChannelOption<Integer> IPV6_V6ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

  // struct ip_mreqn and ipv6_mreq: the group, an address that is left out, the link's index.
  private static final ChannelOption<ByteBuffer> IP_ADD_MEMBERSHIP =
      new RawUnixChannelOption("IP_ADD_MEMBERSHIP", 0, 35, 12);
  private static final ChannelOption<ByteBuffer> IPV6_JOIN_GROUP =
      new RawUnixChannelOption("IPV6_JOIN_GROUP", 41, 20, 20);

  private final MultiThreadIoEventLoopGroup loop = Driver.EPOLL.newLoops(1, "lan");
  private final List<Member> members = new ArrayList<>();

  private record Member(EpollDatagramChannel channel, InetAddress group) {}

  /**
   * Binds; other programs of this host may do the same.
   *
   * @param receiver is given each datagram and the address it came from, with the scope of a
   *     link-local one; on the thread "lan"
   */
  public MulticastListener(
      List<InetAddress> groups, int port, BiConsumer<byte[], InetAddress> receiver) {
    for (InetAddress group : groups) {
      boolean ipv4 = group.getAddress().length == 4;
      SocketProtocolFamily family = ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
      Bootstrap bootstrap =
          new Bootstrap()
              .group(loop)
              .channelFactory(() -> new EpollDatagramChannel(family))
              .option(ChannelOption.SO_REUSEADDR, true)
              .option(
                  ChannelOption.RECVBUF_ALLOCATOR,
                  new FixedRecvByteBufAllocator(DATAGRAM_BYTES_MAX))
              .handler(new Adapter(receiver));
      if (!ipv4) {
        bootstrap.option(IPV6_V6ONLY, 1);
      }
      var bound =
          bootstrap
              // A link-local group cannot be bound without naming one link.
              .bind(ipv4 ? new InetSocketAddress(group, port) : new InetSocketAddress("::", port))
              .awaitUninterruptibly();
      if (bound.isSuccess()) {
        EpollDatagramChannel channel = (EpollDatagramChannel) bound.channel();
        set(channel, ipv4 ? IP_MULTICAST_ALL : IPV6_MULTICAST_ALL);
        members.add(new Member(channel, group));
      } else {
        LOG.debug("multicast group {}: {}", group.getHostAddress(), bound.cause().toString());
      }
    }
  }

  /** Kernels without the option hear more links, and what they hear is looked at anyway. */
  private static void set(EpollDatagramChannel channel, ChannelOption<Integer> option) {
    try {
      channel.config().setOption(option, 0);
    } catch (RuntimeException e) {
      LOG.debug("socket option {} refused: {}", option.name(), e.getMessage());
    }
  }

  /**
   * From now on this link's datagrams are heard; a link that goes takes its membership along. By
   * the link's index: Netty's way needs an IPv4 address on the link.
   */
  public void join(int linkIndex) {
    for (Member member : members) {
      byte[] group = member.group().getAddress();
      boolean ipv4 = group.length == 4;
      ByteBuffer request = ByteBuffer.allocate(ipv4 ? 12 : 20).order(ByteOrder.nativeOrder());
      request.put(group).putInt(request.capacity() - 4, linkIndex).rewind();
      try {
        member.channel().config().setOption(ipv4 ? IP_ADD_MEMBERSHIP : IPV6_JOIN_GROUP, request);
      } catch (RuntimeException e) {
        LOG.debug("link {}: no multicast: {}", linkIndex, e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    members.forEach(member -> member.channel().close().awaitUninterruptibly());
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static final class Adapter extends SimpleChannelInboundHandler<DatagramPacket> {
    private final BiConsumer<byte[], InetAddress> receiver;

    Adapter(BiConsumer<byte[], InetAddress> receiver) {
      this.receiver = receiver;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      receiver.accept(ByteBufUtil.getBytes(packet.content()), packet.sender().getAddress());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("lan: {}", cause.toString());
    }
  }
}
