"""Orders of a world, their items, and what tells whether anybody will sell them."""

import json

import values
from chance import Chance, iso
from rows import SPECIAL


class Orders(Chance):
    def order(self, token: str, event: str, seats: list) -> dict:
        status = self.chance.choice(values.STATUSES)
        if self.is_odd and self.odds(0.03):
            status = self.chance.choice(("on_hold", "", None, "PENDING_PAYMENT"))
        order = self.identifier()
        row = {"id": order, "event_id": event, "hold_token": token, "status": status, "payment_status": "pending"}
        row["created_at"] = self.ago(30, 300, 1800, 7200, 7200, 86400, 13 * 86400, 15 * 86400, 400 * 86400)
        row["expires_at"] = row["paid_at"] = None
        if status == "pending_payment" and self.odds(0.5):
            row["expires_at"] = self.ago(-400, -550, -7200, 300, 4000, 90000)
        elif status in ("processing", "confirmed", "completed") or self.odds(0.3):
            row["paid_at"] = self.ago(5, 20, 300, 7200, 15 * 86400)
            row["payment_status"] = self.chance.choice(("pending", "failed", "processing", "completed", None))
        row["updated_at"] = self.ago(5, 300, 7200)
        if self.is_odd and self.odds(0.05):
            name = self.chance.choice(("expires_at", "created_at", "paid_at", "updated_at"))
            row[name] = self.chance.choice((None, *SPECIAL))
        if self.is_odd and self.odds(0.02):
            row["hold_token"] = None
        self.world.add("orders", **row)
        if self.is_odd and self.odds(0.03):
            self.world.add("orders", **(row if self.odds(0.5) else {**row, "id": self.identifier()}))
        self.items(row, seats)
        self.evidence(row)
        if row["expires_at"] is None and self.odds(0.02):
            self.world.abandoned.append(order)
        return row

    def items(self, row: dict, seats: list):
        if self.is_odd and self.odds(0.05):
            return
        if self.odds(0.1):
            for category, quantity in seats:
                for _ in range(quantity):
                    self.ticket(row, category, "valid")
                self.ticket(row, category, "cancelled")
            return
        for category, quantity in seats:
            if self.is_odd and self.odds(0.04):
                quantity += 1
            if self.is_odd and self.odds(0.04):
                category = self.chance.choice([c for _, c in self.categories] + [self.identifier()])
            item = {"order_id": row["id"], "category_id": category, "quantity": self.seats(quantity)}
            if self.is_odd and self.odds(0.02):
                item["quantity"] = "0"
            self.world.add("order_items", **item)
            if self.is_odd and self.odds(0.02):
                self.world.add("order_items", **item)

    def ticket(self, row: dict, category: str, status: str):
        ticket = {"id": f"t{self.number}-{self.made}", "order_id": row["id"], "event_id": row["event_id"]}
        self.world.add("tickets", **ticket, category_id=category, status=status)
        self.made += 1

    def evidence(self, row: dict):
        """The third witness: what the API noted, and messages on their way."""
        if row["status"] not in ("pending_payment", "processing") or row["expires_at"] is not None:
            return
        for _ in range(self.chance.choice((0, 1, 1, 1, 2))):
            status = self.chance.choice(("completed", "failed", "failed", "failed", "in_progress"))
            if self.is_odd and self.odds(0.1):
                status = self.chance.choice(("weird", None))
            self.made += 1
            self.world.add(
                "api_idempotency", idempotency_key=f"k{self.number}-{self.made}", status=status,
                hold_token=row["hold_token"], created_at=self.ago(7200),
                expires_at=self.chance.choice((None, self.ago(3600), self.ago(-3600))), completed_at=None,
            )
        if self.odds(0.3):
            order = row["id"]
            if self.is_numbered and self.odds(0.5):
                order = int(order)
            payload = {"orderId": order, "holdToken": row["hold_token"], "eventId": row["event_id"], "items": []}
            if self.odds(0.3):
                del payload[self.chance.choice(("orderId", "holdToken"))]
            whole = {"payload": payload, "attempts": 1, "messageId": "m", "enqueuedAt": iso(self.now)}
            message = json.dumps(whole, ensure_ascii=self.odds(0.5))
            self.world.messages.append((self.chance.choice((0, 1)), message))
