package org.p2pvpn.overlay.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.transport.Driver;

/**
 * The admin socket, mode 0660. Root and the daemon's own user may do everything; whoever else the
 * socket's group lets in may look. One loop of its own; commands run on virtual threads, as many as
 * there are connections.
 */
public final class AdminServer implements AutoCloseable {
  /** Ours: a request is a command and a few arguments. */
  static final int LINE_BYTES_MAX = 8192;

  /** Ours: a person and a few monitors; at the limit a newcomer is closed with a sentence. */
  static final int CONNECTIONS_MAX = 32;

  /** Ours: a client sends its line at once; who does not, holds a place. */
  private static final int SILENCE_SECONDS_MAX = 10;

  /** Those who may look at the daemon without being root; made by the package. */
  private static final String GROUP = "p2pvpn";

  /** Ours: an answer is written in microseconds; a client that does not read is not waited for. */
  private static final long DRAIN_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(300);

  private final Path socket;
  private final AdminCommands commands;
  private final int daemonUid;
  private final AtomicInteger connections = new AtomicInteger();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final MultiThreadIoEventLoopGroup loop = Driver.EPOLL.newLoops(1, "admin");

  private @Nullable Channel listener;

  private AdminServer(Path socket, AdminCommands commands, int daemonUid) {
    this.socket = socket;
    this.commands = commands;
    this.daemonUid = daemonUid;
  }

  /**
   * Opens the socket. Call it with the {@link DaemonLock} held: a socket file that is there is
   * another daemon's, or one that died.
   *
   * @throws ControlException when the socket cannot be made; nothing is left behind
   */
  public static AdminServer start(Path socket, NodeControl control) {
    AdminServer server = null;
    try {
      LiveSocket.removeStale(socket);
      Files.createDirectories(parent(socket));
      server = new AdminServer(socket, new AdminCommands(control), ownUid());
      server.bind();
      return server;
    } catch (IOException e) {
      if (server != null) {
        server.close();
      }
      throw new ControlException(
          1, socket + ": cannot make the admin socket: " + e.getMessage(), "p2pvpn doctor");
    }
  }

  private static Path parent(Path socket) {
    Path parent = socket.toAbsolutePath().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  private static int ownUid() throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  private void bind() throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<EpollDomainSocketChannel>() {
                  @Override
                  protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
                    accept(channel);
                  }
                });
    var bound = bootstrap.bind(new DomainSocketAddress(socket.toString())).awaitUninterruptibly();
    listener = bound.channel();
    if (!bound.isSuccess()) {
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    // Between bind and here the mode is the umask's, which lets nobody else write: no connections.
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    giveToGroup();
  }

  private void giveToGroup() throws IOException {
    try {
      var group =
          socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
      var view = Files.getFileAttributeView(socket, PosixFileAttributeView.class);
      if (view != null) {
        view.setGroup(group);
      }
    } catch (UserPrincipalNotFoundException _) {
      // No such group on this host: the socket is root's alone.
    } catch (FileSystemException _) {
      // Not root and not a member: the socket is the daemon's user's alone.
    }
  }

  private void accept(EpollDomainSocketChannel channel) throws IOException {
    int open = connections.incrementAndGet();
    channel.closeFuture().addListener(_ -> connections.decrementAndGet());
    if (open > CONNECTIONS_MAX) {
      String busy = commands.refusal(1, "too many connections to the daemon");
      channel.pipeline().addLast(new Farewell(busy));
      return;
    }
    Access access = Access.of(channel.peerCredentials().uid(), daemonUid);
    channel
        .pipeline()
        .addLast(new WriteTimeoutHandler(SILENCE_SECONDS_MAX))
        .addLast(new ReadTimeoutHandler(SILENCE_SECONDS_MAX))
        .addLast(new LineBasedFrameDecoder(LINE_BYTES_MAX, true, true))
        .addLast(new AdminConnection(commands, access, workers));
  }

  int connections() {
    return connections.get();
  }

  /** Idempotent; answers under way have a moment to arrive, the one to {@code down} above all. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException _) {
      // The next daemon finds nobody behind it and removes it.
    }
    drain();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    workers.shutdownNow();
  }

  private void drain() {
    Channel open = listener;
    if (open != null) {
      open.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
    long deadline = System.nanoTime() + DRAIN_NANOS_MAX;
    while (connections.get() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(DRAIN_NANOS_MAX / 100);
    }
  }
}
