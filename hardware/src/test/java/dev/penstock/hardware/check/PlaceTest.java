package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {
  private static final String MOUNTS = "/proc/self/mountinfo";

  /** With control groups v2 in a namespace of their own, the group of a container is the root. */
  private static Given system() {
    return new Given().text("/proc/1/cgroup", "0::/");
  }

  private static boolean isContainer(Given system) {
    return Place.isContainer(system.machine());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // containerd, for Kubernetes and for nerdctl
        "684 571 0:318 / / rw,relatime master:227 - overlay overlay"
            + " rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/60/fs,"
            + "upperdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/61/fs",
        // one whose root is elsewhere
        "684 571 0:318 / / rw,relatime - overlay overlay"
            + " rw,lowerdir=/data/k3s/agent/io.containerd.snapshotter.v1.overlayfs/snapshots/60/fs",
        "692 684 259:2 /var/lib/kubelet/pods/5f1b/etc-hosts /etc/hosts rw - ext4 /dev/nvme0n1p2 rw",
        "693 684 8:1 /lib/containerd/io.containerd.grpc.v1.cri/sandboxes/9a/hostname /etc/hostname"
            + " rw - ext4 /dev/sda1 rw",
        // Docker, its data elsewhere, and on btrfs
        "1 0 0:50 / / rw - overlay overlay rw,lowerdir=/srv/engine/overlay2/l/ABC:/x",
        "1 0 0:50 /@/var/lib/docker/btrfs/subvolumes/ab12 / rw - btrfs /dev/sda2 rw",
        // Podman without root, CRI-O
        "1 0 0:50 / / rw - fuse.fuse-overlayfs fuse-overlayfs"
            + " rw,lowerdir=/home/ann/.local/share/containers/storage/overlay/l/AB",
        "9 1 0:25 /containers/storage/overlay-containers/ab/userdata/resolv.conf /etc/resolv.conf"
            + " rw - tmpfs tmpfs rw",
        // LXC and systemd-nspawn
        "1 0 8:2 /var/lib/lxc/media/rootfs / rw - ext4 /dev/sda2 rw",
        "1 0 8:2 /var/lib/machines/media / rw - ext4 /dev/sda2 rw",
      })
  void mountsOfContainers(String line) {
    assertThat(isContainer(system().text(MOUNTS, line))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
        // live systems: Ubuntu, overlayroot, Silverblue with composefs
        "28 1 0:24 / / rw,relatime - overlay /cow"
            + " rw,lowerdir=/filesystem.squashfs,upperdir=/cow/upper,workdir=/cow/work",
        "28 1 0:24 / / rw - overlay overlayroot rw,lowerdir=/media/root-ro,upperdir=/media/root-rw/o",
        "28 1 0:24 / / ro - overlay composefs"
            + " ro,lowerdir=/run/ostree/.private/cfsroot-lower::/sysroot/ostree/repo/objects",
        // WSL 2
        "75 64 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered",
        // a host that runs containers
        "90 27 0:60 / /var/lib/docker/overlay2/ab12/merged rw - overlay overlay"
            + " rw,lowerdir=/var/lib/docker/overlay2/l/AB",
        // a host whose folders are kept elsewhere
        "91 27 0:33 /persist/etc/hosts /etc/hosts rw - btrfs /dev/sda2 rw",
        "27 1 0:33 /@docker / rw - btrfs /dev/sda2 rw",
        "27 1",
        "",
      })
  void mountsOfOtherSystems(String line) {
    assertThat(isContainer(system().text(MOUNTS, line))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/proc/1/environ, container=lxc, true",
    "/proc/1/environ, container=of-ours, true",
    "/proc/1/environ, container=wsl, false",
    "/proc/1/environ, '', false",
    "/run/systemd/container, systemd-nspawn, true",
    "/run/systemd/container, wsl, false",
    "/proc/1/cgroup, 0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-12.scope, true",
    "/proc/1/cgroup, 0::/init.scope, false",
  })
  void whatTheFirstProcessSays(String path, String text, boolean container) {
    assertThat(isContainer(system().text(path, text))).isEqualTo(container);
  }

  @ParameterizedTest
  @CsvSource({
    "KUBERNETES_SERVICE_HOST, set, true",
    "container, podman, true",
    "container, shipping, false",
    "CUDA_VISIBLE_DEVICES, 0, false",
  })
  void whatTheEnvironmentSays(String name, String value, boolean container) {
    assertThat(isContainer(system().environment(Map.of(name, value)))).isEqualTo(container);
  }

  @Test
  void marks() {
    assertThat(isContainer(system())).isFalse();
    assertThat(isContainer(system().missing("/.dockerenv"))).isFalse();
    assertThat(isContainer(system().exists("/.dockerenv"))).isTrue();
    assertThat(isContainer(system().folder("/var/run/secrets/kubernetes.io/serviceaccount")))
        .isTrue();
  }
}
