package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where cgroup v2 is mounted, as nft needs it: it looks below /sys/fs/cgroup only, and wants the
 * depth below the root.
 *
 * @param folder below which a cgroup is a folder
 */
public record CgroupRoot(Path folder) {
  /** What nft takes names relative to. */
  private static final Path NFT_ROOT = Path.of("/sys/fs/cgroup");

  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  /** Of this process' mount namespace; the usual place when there is none. */
  public static CgroupRoot find() {
    try {
      return find(Files.readString(MOUNTS));
    } catch (IOException _) {
      return new CgroupRoot(NFT_ROOT);
    }
  }

  static CgroupRoot find(String mounts) {
    return mounts
        .lines()
        .map(line -> line.split(" "))
        .filter(words -> words.length > 2 && words[2].equals("cgroup2"))
        .map(words -> Path.of(words[1]))
        .filter(folder -> folder.startsWith(NFT_ROOT))
        .findFirst()
        .map(CgroupRoot::new)
        .orElse(new CgroupRoot(NFT_ROOT));
  }

  /** Whether the kernel can tell packets by it now. */
  public boolean has(String cgroup) {
    return Files.isDirectory(path(cgroup)) && Files.exists(path(cgroup).resolve("cgroup.procs"));
  }

  public Path path(String cgroup) {
    return folder.resolve(cgroup.substring(1));
  }

  /** The match in nft's words. */
  String match(String cgroup) {
    return "socket cgroupv2 level %d \"%s\""
        .formatted(Path.of(cgroup).getNameCount(), NFT_ROOT.relativize(path(cgroup)));
  }
}
