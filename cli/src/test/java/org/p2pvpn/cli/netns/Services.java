package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The servers of "the internet", or of a peer: web, DNS, ssh, iperf3. */
final class Services {
  private static final int MEGABYTE = 1 << 20;

  private final Namespace host;

  Services(Namespace host) {
    this.host = host;
  }

  Path webLog() {
    return host.folder().resolve("web.log");
  }

  Path dnsLog() {
    return host.folder().resolve("dns.log");
  }

  /** The JDK's own file server, in both families; its log tells who asked. */
  Services web(int port) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
    Path files = host.folder().resolve("www");
    try {
      Files.createDirectories(files);
      Files.writeString(files.resolve("hello"), "hello\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    host.start(
        webLog(), java.toString(), "-b", "::", "-p", String.valueOf(port), "-d", files.toString());
    Shell.waitFor("a web server on " + host.label(), () -> host.listens("tcp", port));
    return this;
  }

  /** The address that this, in a path of its own, was asked for from. */
  String whoAsked(String path) {
    List<String> found = new ArrayList<>();
    Shell.waitFor(
        path + " in the log of " + host.label(),
        () -> {
          try (Stream<String> lines = Files.lines(webLog())) {
            lines.filter(line -> line.contains(path + " ")).forEach(found::add);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return !found.isEmpty();
        });
    return canonical(found.getFirst().replaceFirst(" .*", ""));
  }

  /** As {@link Village#address} writes it, and not as Java does. */
  private static String canonical(String address) {
    String text = InetAddress.ofLiteral(address).getHostAddress();
    return text.contains(":") ? text.replaceFirst("(:0)+:2$", "::2") : text;
  }

  /** Writes random bytes for the web server; answers with their SHA-256. */
  String bigFile(String name, int megabytes) {
    try (OutputStream file = Files.newOutputStream(host.folder().resolve("www").resolve(name))) {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      Random random = new Random(42);
      byte[] block = new byte[MEGABYTE];
      for (int i = 0; i < megabytes; i++) {
        random.nextBytes(block);
        hash.update(block);
        file.write(block);
      }
      return HexFormat.of().formatHex(hash.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Knows every name under {@code test}, and logs who asked. */
  Services dns() {
    Shell.needs("dnsmasq");
    host.start(
        dnsLog(),
        "dnsmasq",
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--user=root",
        "--pid-file=",
        "--log-facility=-",
        "--log-queries=extra",
        "--address=/test/" + Topology.SITE4,
        "--address=/test/" + Topology.SITE6);
    Shell.waitFor("a resolver on " + host.label(), () -> host.listens("udp", 53));
    return this;
  }

  /** An sshd of its own with fresh keys; answers with the client's key file. */
  Path ssh() {
    Shell.needs("ssh", "sshd", "ssh-keygen");
    Path folder = host.folder();
    Path client = folder.resolve("id");
    if (!Files.exists(client)) {
      host.sh(
          "cd %s && mkdir -p /run/sshd && ssh-keygen -q -t ed25519 -N '' -f id && ssh-keygen -q -t ed25519 -N '' -f hostkey"
              .formatted(folder));
      host.start(
          folder.resolve("sshd.log"),
          "/usr/sbin/sshd",
          "-D",
          "-e",
          "-f",
          "/dev/null",
          "-h",
          folder.resolve("hostkey").toString(),
          "-o",
          "PidFile=none",
          "-o",
          "StrictModes=no",
          "-o",
          "PermitRootLogin=yes",
          "-o",
          "AuthorizedKeysFile=" + folder.resolve("id.pub"));
      Shell.waitFor("an sshd on " + host.label(), () -> host.listens("tcp", 22));
    }
    return client;
  }

  /** A server for one measurement. */
  void iperfOnce(int port) {
    Shell.needs("iperf3");
    host.start("iperf3", "-s", "-1", "-p", String.valueOf(port));
    Shell.waitFor("iperf3 on " + host.label(), () -> host.listens("tcp", port));
  }
}
