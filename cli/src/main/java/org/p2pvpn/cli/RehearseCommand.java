package org.p2pvpn.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.p2pvpn.overlay.admin.AdminServer;
import org.p2pvpn.overlay.control.NetcheckReport;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.control.PathControl;
import org.p2pvpn.overlay.control.PeerReport;
import org.p2pvpn.overlay.control.StatusReport;
import org.p2pvpn.overlay.node.Rehearsal;
import org.p2pvpn.tun.linux.LinuxTun;
import picocli.CommandLine.Command;

/**
 * Run once by the build, under a JVM that records what is loaded and compiled; see the AOT cache in
 * cli/pom.xml. It needs no rights and leaves nothing.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
  private final Cli cli;

  RehearseCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    linkOurClasses();
    int arrived = Rehearsal.run();
    LinuxTun.preload();
    Path folder = Files.createTempDirectory("p2pvpn-rehearsal");
    Path socket = folder.resolve("sock");
    try {
      runQuietly("up", "--dry-run", "--config", "/dev/null", "--state", folder.toString());
      runQuietly("up", "--dry-run", "--config", "/dev/null", "--exit", "nobody");
      try (AdminServer _ = AdminServer.start(socket, new SampleNode())) {
        runQuietly("status", "--socket", socket.toString());
        runQuietly("status", "--json", "--socket", socket.toString());
      }
    } finally {
      delete(folder);
    }
    cli.console().err().println("rehearsal: " + arrived + " packets arrived");
    return arrived > 0 ? Exit.OK : Exit.FAILURE;
  }

  /** What a rehearsal without rights does not come to, a start finds in the cache all the same. */
  private static void linkOurClasses() throws IOException, ClassNotFoundException {
    for (Class<?> ofJar : List.of(RehearseCommand.class, Rehearsal.class, LinuxTun.class)) {
      try (JarFile jar =
          new JarFile(ofJar.getProtectionDomain().getCodeSource().getLocation().getPath())) {
        for (JarEntry entry : Collections.list(jar.entries())) {
          String name = entry.getName();
          if (name.endsWith(".class") && name.startsWith("org/p2pvpn/")) {
            String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
            if (!type.endsWith("-info")) {
              // Only a linked class is kept, and asking for its methods links it.
              var _ = Class.forName(type, false, ofJar.getClassLoader()).getDeclaredMethods();
            }
          }
        }
      }
    }
  }

  private void runQuietly(String... arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console quiet = Console.ofTest(nowhere, nowhere, cli.console().environment());
    new Cli(quiet, cli::runtime).run(arguments);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** A status with something in every list, so that its rendering is recorded. */
  private static final class SampleNode implements NodeControl {
    private static final PeerReport PEER =
        new PeerReport(
            "b",
            "00",
            "connected",
            "",
            List.of("::1"),
            "config",
            "exit",
            "direct",
            "",
            "",
            1,
            1,
            1,
            1,
            1);

    @Override
    public StatusReport status() {
      List<String> one = List.of("::1");
      return new StatusReport(
          1,
          "",
          "up",
          "a",
          "00",
          "p2p0",
          1,
          one,
          one,
          "",
          "00",
          "connected",
          true,
          false,
          0,
          1,
          List.of(PEER),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          0,
          one,
          Map.of("drop_replayed", 1L));
    }

    @Override
    public List<PeerReport> peers() {
      return List.of(PEER);
    }

    @Override
    public String invite(Duration life, boolean reusable) {
      return "";
    }

    @Override
    public long ping(String node, Duration timeout) {
      return 1;
    }

    @Override
    public NetcheckReport netcheck() {
      return new NetcheckReport(28_790, "works", List.of(), peers(), 0);
    }

    @Override
    public PathControl paths() {
      return PathControl.none();
    }

    @Override
    public void stop() {}
  }
}
