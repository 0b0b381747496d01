"""Small file systems, to see what happens when there is no room.

They are tmpfs mounts, made in the private mount namespace of the script.
"""
import os
import subprocess


def mount(path, options):
    os.makedirs(path, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=755,{options}", "tmpfs", path],
                   check=True)


def fill(folder):
    """Takes every block that is left; gives the file that does it."""
    path = f"{folder}/filler"
    with open(path, "wb", buffering=0) as f:
        for size in (65536, 4096, 512, 1):
            try:
                while f.write(b"\0" * size) == size:
                    pass
            except OSError:
                pass
    return path


def use_inodes(folder):
    """Takes every inode that is left; gives the folder that holds them."""
    path = f"{folder}/inodes"
    os.mkdir(path)
    try:
        for i in range(100000):
            open(f"{path}/{i}", "w").close()
    except OSError:
        pass
    return path


def names(folder):
    return sorted(os.listdir(folder))
