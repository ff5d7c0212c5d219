"""Stands between the program and one server on a Unix socket of its own, and changes some of the server's replies."""

import contextlib
import os
import socket
import threading

from streams import Replies


class Proxy:
    """Serves until it is closed. `choose` is asked for each reply: changes to make of it, or None to pass it on."""

    def __init__(self, path: str, server: str, end, choose):
        self.server = server
        self.end = end
        self.choose = choose
        self.open = set()
        self.lock = threading.Lock()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        os.chmod(path, 0o777)
        self.start(self.accept)

    def start(self, work, *arguments):
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.server)
                with self.lock:
                    self.open |= {client, server}
                self.start(self.forward, client, server)
                self.start(self.answer, server, client)

    def forward(self, client, server):
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                server.sendall(data)
        self.end_both(client, server)

    def answer(self, server, client):
        replies = Replies(self.end)
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                for reply in replies.take(data):
                    changed, ends = self.choose(reply) or (reply, False)
                    client.sendall(changed)
                    if ends:
                        self.end_both(client, server)
                        return
        self.end_both(client, server)

    def end_both(self, *sockets):
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
            with self.lock:
                self.open.discard(one)

    def close(self):
        # A thread that waits for the next client is not woken by close alone.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.end_both(*list(self.open))
